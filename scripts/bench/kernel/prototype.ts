/** The C prototype, outside the repository: its matrix product is the peak that the kernel is compared with. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SOURCE = fileURLToPath(
  new URL('../../../../shared/prototypes/winograd/kern.c', import.meta.url),
);
/** Relaxed SIMD needs at least version 16. */
const VERSIONS = ['-19', '-18', '-17', '-16', ''];
const COMPILE = [
  ...['--target=wasm32', '-O3', '-ffast-math', '-fno-math-errno', '-c'],
  ...['-msimd128', '-mrelaxed-simd', '-DRELAXED', '-mbulk-memory'],
];
const LINK = ['--no-entry', '--import-memory', '--max-memory=2147483648', '-z', 'stack-size=65536'];

/** @returns its WebAssembly with relaxed SIMD; null if the source or a compiler is missing */
export async function compilePrototype(): Promise<Uint8Array | null> {
  if (!existsSync(SOURCE)) return null;
  const folder = await mkdtemp(join(tmpdir(), 'soutu-prototype-'));
  const object = join(folder, 'prototype.o');
  const out = join(folder, 'prototype.wasm');
  const run = promisify(execFile);
  try {
    for (const version of VERSIONS) {
      try {
        await run(`clang${version}`, [...COMPILE, SOURCE, '-o', object]);
        // Not linked by clang, which would run wasm-opt, and that may not support relaxed SIMD.
        await run(`wasm-ld${version}`, [object, ...LINK, '-o', out]);
        return new Uint8Array(await readFile(out));
      } catch {
        // Missing or too old: try the next version.
      }
    }
    console.error('No clang and wasm-ld here that compile the prototype; 16 and later do.');
    return null;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
