/** The AssemblyScript compiler, as a function. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import { MAX_PAGES } from '../../src/kernel/wasm.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Source {
  /** In src/kernel/assembly; default `index.ts`, the convolutions. */
  readonly entry?: string;
  readonly relaxed?: boolean;
  /** Declares the memory as shared; the kernel itself does that at run time, by setting one bit. */
  readonly shared?: boolean;
}

/** @throws Error with the compiler's output */
export async function compileAssembly({
  entry = 'index.ts',
  relaxed = false,
  shared = false,
}: Source): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'soutu-kernel-'));
  const outFile = join(folder, 'kernel.wasm');
  const features = ['simd', ...(relaxed ? ['relaxed-simd'] : [])];
  const flags = [
    `src/kernel/assembly/${entry}`,
    ...['--baseDir', ROOT, '--outFile', outFile, '--runtime', 'stub', '-O3', '--noAssert'],
    ...['--importMemory', '--noExportMemory', '--initialMemory', '1'],
    ...['--maximumMemory', String(MAX_PAGES)],
    ...features.flatMap((feature) => ['--enable', feature]),
    ...(shared ? ['--enable', 'threads', '--sharedMemory'] : []),
  ];
  try {
    const { error, stderr } = await asc.main(flags);
    if (error) throw new Error(`The AssemblyScript compiler failed:\n${stderr.toString()}`);
    return new Uint8Array(await readFile(outFile));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
