/** `npm run bench -- NAME [--json] …`: benchmarks. Their figures depend on the machine, so they are not tests. */
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** A benchmark is a file in this folder. Its `run` prints a table; with `--json`, the last line is one object. */
export interface Benchmark {
  run(args: readonly string[]): Promise<void>;
}

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const [name = '', ...args] = process.argv.slice(2);
const names = (await readdir(FOLDER, { withFileTypes: true }))
  .filter((entry) => entry.isFile() && entry.name !== 'main.ts')
  .map((entry) => entry.name.replace(/\.ts$/, ''));

if (names.includes(name)) {
  const benchmark = (await import(`./${name}.ts`)) as Benchmark;
  await benchmark.run(args);
} else {
  console.error(`Usage: npm run bench -- NAME [--json]\nNAME is one of: ${names.join(', ')}.`);
  process.exitCode = 2;
}
