/**
 * Compiles the kernel: `npm run kernel`. The binaries are committed, so using or building the project does not need
 * this script; a test recompiles them and compares.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { BINARIES, type Precision } from '../../src/kernel/binary.ts';
import { compileAssembly } from './compile.ts';

const FOLDER = fileURLToPath(new URL('../../src/kernel/', import.meta.url));

for (const [precision, file] of Object.entries(BINARIES)) {
  const binary = await compileAssembly({ precision: precision as Precision });
  await writeFile(`${FOLDER}${file}`, binary);
  console.log(`src/kernel/${file}: ${binary.length} bytes`);
}
