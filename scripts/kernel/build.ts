/**
 * Compiles the kernel: `npm run kernel`. The binaries are committed, so using or building the project does not need
 * this script; a test recompiles them and compares.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { BINARIES } from '../../src/kernel/binary.ts';
import { compileAssembly } from './compile.ts';
import { EMBEDDED, embeddedModule } from './embedded.ts';

const FOLDER = fileURLToPath(new URL('../../src/kernel/', import.meta.url));

for (const [precision, file] of Object.entries(BINARIES)) {
  const binary = await compileAssembly({ relaxed: precision === 'fast' });
  await writeFile(`${FOLDER}${file}`, binary);
  console.log(`src/kernel/${file}: ${binary.length} bytes`);
}
for (const { entry, file } of EMBEDDED) {
  const binary = await compileAssembly({ entry });
  await writeFile(`${FOLDER}${file}`, embeddedModule(entry, binary));
  console.log(`src/kernel/${file}: ${binary.length} bytes`);
}
