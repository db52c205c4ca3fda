/** The short form of `npm run fuzz`: every reader ends in success or our error, in a second and in bounded memory. */
import { describe, expect, test } from 'vitest';
import { mutate } from '../../scripts/fuzz/mutate.ts';
import type { Reader } from '../../scripts/fuzz/reader.ts';
import { openReaders } from '../../scripts/fuzz/readers.ts';
import { fuzz } from '../../scripts/fuzz/run.ts';
import { encodeUtf8 } from '../../src/core/text.ts';
import { seededRandom } from '../../src/core/vector/random.ts';

const COUNT = 200;

test('damaged files of every kind are read or refused in our words', async () => {
  const readers = await openReaders();
  const names = readers.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      ...['model folder', 'ONNX stack', 'safetensors', 'packed', 'container', 'encoder spec'],
      ...['CSV', 'NDJSON', 'Google Merchant feed', 'RSS feed', 'sitemap', 'list of URLs'],
      ...['manifest', 'HDF5 (Keras)', 'soft rows', 'bundle: similar', 'codes', 'space of codes'],
    ]),
  );
  // What the manifest refers to: items, vectors, …
  expect(names.filter((name) => name.startsWith('bundle: ')).length).toBeGreaterThan(1);
  for (const reader of readers) {
    const { faults, refused } = await fuzz(reader, COUNT, 1);
    expect({ reader: reader.name, faults }).toEqual({ reader: reader.name, faults: [] });
    expect(refused, reader.name).toBeGreaterThan(0);
  }
});

describe('the fuzzer itself', () => {
  const reader = (read: Reader['read']): Reader => ({
    name: 'x',
    format: 'json',
    seed: encodeUtf8('{"a":[1,2,{"b":"c"}]}'),
    read,
  });

  test('gives the same mutation for the same seed, and others for others', () => {
    const { seed } = reader(() => undefined);
    const made = (n: number) => mutate(seed, 'json', seededRandom(n));
    expect(made(3)).toEqual(made(3));
    const texts = Array.from({ length: 50 }, (_, n) => new TextDecoder().decode(made(n)));
    expect(new Set(texts).size).toBeGreaterThan(25);
  });

  test('finds errors that are not ours, and slow readers', async () => {
    let count = 0;
    const crash = reader(() => {
      if (count++ === 3) throw new TypeError('boom');
    });
    expect((await fuzz(crash, 5, 10)).faults).toEqual([{ seed: 12, what: 'TypeError: boom' }]);
    let calls = 0;
    const slow = reader(() => {
      if (calls++ !== 1) return;
      const start = process.cpuUsage();
      for (let spent = 0; spent < 1_050_000; spent = process.cpuUsage(start).user) {
        for (let i = 0; i < 1e7; i++);
      }
    });
    expect((await fuzz(slow, 2, 1)).faults).toEqual([
      { seed: 1, what: expect.stringMatching(/^took \d{4} ms$/) },
    ]);
  });
});
