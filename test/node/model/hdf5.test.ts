/** What h5wasm may do with a damaged file; each thread stands for one way, and none reaches this process. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readHdf5 } from '../../../src/node/model/import/hdf5.ts';
import { tempFolder } from '../../support/temp.ts';

const path = join(await tempFolder(), 'w.h5');
await writeFile(path, 'x');

const thread = (body: string) =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`import { parentPort } from 'node:worker_threads';\n${body}`)}`,
  );
const READY = "parentPort.postMessage({ state: 'ready' });";

test.each([
  ['loops for ever', `${READY} for (;;);`, 'its reader did not finish'],
  ['throws', "throw new Error('null function or function signature mismatch');", 'null function'],
  ['ends the process', `${READY} process.exit(1);`, 'its reader ended early'],
  [
    'prints and throws several lines',
    "console.error('Aborted'); parentPort.postMessage({ state: 'failed', reason: 'first line.\\n  second' });",
    'first line)',
  ],
])('%s', async (_, body, words) => {
  const error = await readHdf5(path, [], thread(body)).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'ModelError' });
  const { message } = error as Error;
  expect(message.startsWith(`${path}: not an HDF5 file, or damaged (`)).toBe(true);
  expect(message).toContain(words);
  expect(message).not.toContain('\n');
});

test('without h5wasm the package is asked for, with the command', async () => {
  const missing = thread("parentPort.postMessage({ state: 'missing' });");
  await expect(readHdf5(path, [], missing)).rejects.toMatchObject({
    name: 'UsageError',
    message:
      'Reading HDF5 files needs the package h5wasm, which is not installed. Install it beside Soutu: npm ' +
      'install h5wasm@0.10.3 (with -g if Soutu is installed globally).',
  });
});
