/** Download size of the kernel with brotli. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'vite';
import { BINARIES } from '../../../src/kernel/binary.ts';

const at = (path: string) => fileURLToPath(new URL(`../../../src/kernel/${path}`, import.meta.url));

const brotli = (bytes: Uint8Array) =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;

export async function brotliBytes(): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {};
  for (const file of Object.values(BINARIES)) sizes[file] = brotli(await readFile(at(file)));
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: at('kernel.ts'), formats: ['es'], fileName: 'loader' },
    },
  });
  const output = (Array.isArray(built) ? built : [built]).flatMap((one) =>
    'output' in one ? one.output : [],
  );
  const code = output.map((chunk) => ('code' in chunk ? chunk.code : '')).join('');
  sizes.loader = brotli(Buffer.from(code));
  return sizes;
}
