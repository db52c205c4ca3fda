/** `npm run fuzz -- [--count N] [--seed N] [--only READER]`: damaged files for every reader, with a table. */
import { parseArgs } from 'node:util';
import { openReaders } from './readers.ts';
import { fuzz, type Result } from './run.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
});

const results: Result[] = [];
for (const reader of await openReaders()) {
  if (values.only !== undefined && reader.name !== values.only) continue;
  const result = await fuzz(reader, Number(values.count), Number(values.seed));
  results.push(result);
  for (const { seed, what } of result.faults.slice(0, 20)) {
    console.error(`${result.name}, seed ${seed}: ${what}`);
  }
}
console.table(
  results.map(({ name, count, accepted, refused, slowestMs, faults }) => ({
    reader: name,
    mutations: count,
    accepted,
    refused,
    'slowest (ms)': Math.round(slowestMs),
    faults: faults.length,
  })),
);
if (results.length === 0 || results.some(({ faults }) => faults.length > 0)) process.exitCode = 1;
