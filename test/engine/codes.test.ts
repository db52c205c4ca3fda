/** Searches in an index of codes: like those in an index of vectors, to the precision of the codes. */
import { beforeAll, describe, expect, test } from 'vitest';
import { readBundleCodes } from '../../src/core/bundle/read-codes.ts';
import type { SearchResponse } from '../../src/core/contract.ts';
import { dot } from '../../src/core/vector/arithmetic.ts';
import { openCodeScores } from '../../src/engine/codes/code-scores.ts';
import {
  codeFiles,
  type MadeCodes,
  makeCodes,
  vectorsOf,
} from '../../src/node/build/index/make-codes.ts';
import { rowSourceOf } from '../../src/node/build/index/row-source.ts';
import {
  COUNT,
  DIMENSION,
  idOf,
  memoryBundle,
  open,
  photoOf,
  plainOf,
  RANGES,
  stored,
} from './memory-bundle.ts';

let codes: MadeCodes;
const storedAt = (row: number) => stored.subarray(row * DIMENSION, (row + 1) * DIMENSION);

beforeAll(async () => {
  codes = (await makeCodes(rowSourceOf(stored, DIMENSION), {
    recall: 0.98,
    ranges: RANGES,
    threads: 1,
  })) as MadeCodes;
});

const bundleCodes = (spaceBytes = codes.spaceBytes) =>
  readBundleCodes(
    spaceBytes,
    'space.bin',
    codeFiles(codes).map(({ bytes }) => bytes),
    codes.ranges,
    codes.ranges.map((_, i) => `codes-${i}.bin`),
    DIMENSION,
  );

test('WebAssembly and plain JavaScript give the same scores to the bit', async () => {
  const wasm = await openCodeScores(bundleCodes());
  const plain = await openCodeScores(bundleCodes(), null, async () => null);
  for (let row = 0; row < COUNT; row += 7) {
    const [a, b] = [wasm.scorer(storedAt(row)), plain.scorer(storedAt(row))];
    const all = Array.from({ length: COUNT }, (_, other) => a(other));
    expect(all).toEqual(Array.from({ length: COUNT }, (_, other) => b(other)));
    for (const few of [wasm, plain]) {
      const scoreOf = few.fewScorer?.(storedAt(row));
      expect([COUNT - 1, 0, row].map((other) => scoreOf?.(other))).toEqual(
        [COUNT - 1, 0, row].map((other) => all[other]),
      );
    }
    expect(wasm.vectorOf(row)).toEqual(plain.vectorOf(row));
  }
});

test('scores are the products with the decoded vectors, and near those with the vectors themselves', async () => {
  const scores = await openCodeScores(bundleCodes());
  const decoded = vectorsOf(codes);
  let squares = 0;
  for (let row = 0; row < COUNT; row += 5) {
    const score = scores.scorer(storedAt(row));
    for (let other = 0; other < COUNT; other++) {
      const product = dot(
        storedAt(row),
        decoded.subarray(other * DIMENSION, (other + 1) * DIMENSION),
      );
      expect(score(other)).toBeCloseTo(product, 4);
      squares += (score(other) - dot(storedAt(row), storedAt(other))) ** 2;
    }
    expect(dot(scores.vectorOf(row), scores.vectorOf(row))).toBeCloseTo(1, 5);
  }
  expect(Math.sqrt(squares / (COUNT * (COUNT / 5)))).toBeLessThan(4 * codes.error);
});

describe('an engine', () => {
  test('finds by photo, id and vector, with filters, groups and pages', async () => {
    const engine = await open({}, { codes });
    const vectors = await open({}, { graph: [] });
    let wanted = 0;
    let both = 0;
    const compare = (found: SearchResponse, exact: SearchResponse) => {
      const ids = exact.hits.map(({ id }) => id);
      wanted += ids.length;
      both += found.hits.filter(({ id }) => ids.includes(id)).length;
      found.hits.forEach(({ score }, i) => {
        expect(Math.abs(score - (exact.hits[i]?.score ?? 0))).toBeLessThan(0.02);
      });
    };
    for (const row of [0, 17, 133]) {
      for (const options of [
        {},
        { group: true, size: 5 },
        { filter: { colour: 'red' }, from: 3 },
      ]) {
        for (const query of [{ photo: photoOf(row) }, { vector: plainOf(row) }]) {
          const found = await engine.search(query, options);
          const exact = await vectors.search(query, options);
          expect(found.total).toBe(exact.total);
          expect(found.engine.index).toBe('flat');
          compare(found, exact);
        }
      }
      const similar = await engine.search({ id: idOf(row) }, { size: 5 });
      compare(similar, await vectors.search({ id: idOf(row) }, { size: 5 }));
    }
    expect(both / wanted).toBeGreaterThan(0.93);
  });

  test('follows links between codes, and finds what a comparison of all codes does', async () => {
    const linked = await open({ flatUpTo: 50 }, { codes, isLinked: true });
    let same = 0;
    let all = 0;
    for (let row = 0; row < COUNT; row += 11) {
      const query = { vector: plainOf(row) };
      const found = await linked.search(query, { size: 10, ef: 64, minScore: -1 });
      const exact = await linked.search(query, { size: 10, exact: true, minScore: -1 });
      expect([found.engine.index, exact.engine.index]).toEqual(['hnsw', 'flat']);
      const scores = new Map(exact.hits.map(({ id, score }) => [id, score]));
      for (const { id, score } of found.hits) {
        if (!scores.has(id)) continue;
        same++;
        expect(score).toBe(scores.get(id));
      }
      all += scores.size;
    }
    expect(same / all).toBeGreaterThan(0.97);
  });

  test('soft photos have vectors of their own', async () => {
    const { bundle } = await open({}, { codes, soft: stored });
    const soft = (await bundle.softVectors()) as Float32Array;
    for (let row = 0; row < COUNT; row += 50) {
      const own = soft.subarray(row * DIMENSION, (row + 1) * DIMENSION);
      expect(dot(own, storedAt(row))).toBeCloseTo(1, 5);
    }
  });
});

describe('files that do not fit', () => {
  test('a space of another build', () => {
    const other = codes.spaceBytes.slice();
    // In the last section, which readers of scores do not use: the slopes.
    other[other.length - 1] = (other.at(-1) as number) ^ 1;
    expect(() => bundleCodes(other)).toThrow(
      'codes-0.bin: its codes are of another space: the files are of different builds. Build the bundle again.',
    );
  });

  test('damaged codes, in the words of an engine that opens', async () => {
    const { source, files } = memoryBundle({ codes });
    const [name] = [...files.keys()].filter((file) => file.startsWith('codes-1'));
    const bytes = (files.get(name as string) as Uint8Array).slice();
    bytes[bytes.length - 20] = (bytes.at(-20) as number) ^ 0x55;
    files.set(name as string, bytes);
    const { SearchEngine } = await import('../../src/engine/search-engine.ts');
    await expect(SearchEngine.open(source, { embeddersFor: () => [] })).rejects.toThrow(
      `b/${name}: its codes are damaged. Build the bundle again.`,
    );
  });
});
