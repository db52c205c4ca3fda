/** `npm run bench -- NAME [--json] …`: benchmarks. Their figures depend on the machine, so they are not tests. */
import { readdir, readFile } from 'node:fs/promises';
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

if (!names.includes(name)) {
  const known = `Usage: npm run bench -- NAME [--json]\nNAME is one of: ${names.join(', ')}.`;
  fail(`${known}\nWhat one measures, and its options: npm run bench -- NAME --help`);
} else if (args.includes('--help')) {
  process.stdout.write(`${await headOf(name)}\n`);
} else {
  const benchmark = (await import(`./${name}.ts`)) as Benchmark;
  await benchmark.run(args).catch((error: Error & { code?: string }) => {
    if (!error.code?.startsWith('ERR_PARSE_ARGS')) throw error;
    fail(`${error.message}\nIts options: npm run bench -- ${name} --help`);
  });
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 2;
}

/** The comment that the file of a benchmark begins with. */
async function headOf(benchmark: string): Promise<string> {
  const text = await readFile(`${FOLDER}${benchmark}.ts`, 'utf8');
  const comment = /^\/\*\*([\s\S]*?)\*\//.exec(text)?.[1] ?? '';
  return comment.replaceAll(/^ ?\* ?/gm, '').trim();
}
