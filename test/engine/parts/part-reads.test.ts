/** The files of a search are read in waves, each with its own clock. */
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { MissingFileError } from '../../../src/core/errors.ts';
import { checkOptions } from '../../../src/core/search/options.ts';
import { findPage } from '../../../src/engine/find-page.ts';
import { PartReads, WAVE_FILES } from '../../../src/engine/parts/part-reads.ts';
import { jugs, partsOfJugs } from '../../support/parts/jugs.ts';
import type { MemoryParts } from '../../support/parts/memory-parts.ts';

const { COUNT, queries } = jugs();
const unit = queries[0] as Float32Array;
let parts: MemoryParts;

beforeAll(async () => {
  ({ parts } = await partsOfJugs());
});

afterEach(() => {
  vi.useRealTimers();
});

const calm = { slowMs: 5000, isReplaced: async () => false, check: () => undefined };
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

test('on a line that takes 7 s for 70 files, none is late by a clock of 5 s', async () => {
  vi.useFakeTimers();
  let line = Promise.resolve();
  const reads = new PartReads(calm);
  const used: number[] = [];
  const work = reads.each('fine', numbers(70), async (index) => {
    line = line.then(() => new Promise((resolve) => setTimeout(resolve, 100)));
    await line;
    return () => used.push(index);
  });
  await vi.advanceTimersByTimeAsync(8000);
  await work;
  expect(reads.lack).toBeNull();
  expect(used).toEqual(numbers(70));
});

test('a file that is late is left out, and the files of later waves are read', async () => {
  vi.useFakeTimers();
  const reads = new PartReads(calm);
  const used: number[] = [];
  const work = reads.each('coarse', numbers(40), async (index) => {
    await new Promise((resolve) => setTimeout(resolve, index === 3 ? 5100 : 4900));
    return () => used.push(index);
  });
  await vi.advanceTimersByTimeAsync(10_000);
  await work;
  expect(used).toEqual(numbers(40).filter((index) => index !== 3));
  expect(reads.hasFailed('coarse', 3)).toBe(true);
  expect(reads.hasFailed('fine', 3)).toBe(false);
  expect(reads.lack).toEqual({
    ...{ asked: 40, failed: 1 },
    reason: 'Shard 3 took longer than 5 s to load.',
  });
});

test('a release that was replaced, or a search that was aborted, starts no further wave', async () => {
  let started = 0;
  const gone = new PartReads({ ...calm, isReplaced: async () => true });
  const missing = async () => {
    started++;
    throw new MissingFileError('coarse-1.bin: 404');
  };
  await expect(gone.each('coarse', numbers(70), missing)).rejects.toThrow('coarse-1.bin: 404');
  const abort = new AbortController();
  const aborted = new PartReads({ ...calm, check: () => abort.signal.throwIfAborted() });
  const work = aborted.each('coarse', numbers(70), async () => {
    started++;
    abort.abort(new Error('the visitor left'));
    return () => undefined;
  });
  await expect(work).rejects.toThrow('the visitor left');
  expect(started).toBe(2 * WAVE_FILES);
});

test.each([
  ['all rows', { exact: true }],
  ['in an order', { sort: { by: 'tone' } }],
] as const)('%s: a search never waits for more files than one wave has', async (_, options) => {
  let running = 0;
  let most = 0;
  const { readPart } = parts.source;
  // Without memory for shards, ids and attributes are read again at the end.
  const retriever = parts.open(
    { memoryBytes: 1 },
    {
      readPart: async (role, ref) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve));
        running--;
        return readPart(role, ref);
      },
    },
  );
  const checked = checkOptions({ ...options, size: 300 });
  const { total, totalRelation } = await findPage(
    retriever,
    unit,
    [],
    checked,
    { match: 0.6, related: 0.2 },
    {},
  );
  expect({ total, totalRelation }).toEqual({ total: COUNT, totalRelation: 'eq' });
  expect(most).toBe(WAVE_FILES);
});
