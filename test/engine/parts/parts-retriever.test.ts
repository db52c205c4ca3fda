/** An index in parts: exact answers are those of a plain loop over the codes, others are near them, faults are told. */
import { beforeAll, describe, expect, test } from 'vitest';
import { MissingFileError } from '../../../src/core/errors.ts';
import type { IndexedItem } from '../../../src/core/item.ts';
import { CodeDecoder, type LayerCodes } from '../../../src/core/parts/code-decoder.ts';
import { checkOptions } from '../../../src/core/search/options.ts';
import { dot } from '../../../src/core/vector/arithmetic.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';
import { findPage } from '../../../src/engine/find-page.ts';
import type { Retriever } from '../../../src/engine/retriever.ts';
import { createWasmLayer } from '../../../src/kernel/codes/layer-codes.ts';
import type { MadeParts } from '../../../src/node/build/index/parts/make-parts.ts';
import { jugs, partsOfJugs } from '../../support/parts/jugs.ts';
import { type MemoryParts, plainScores } from '../../support/parts/memory-parts.ts';
import { wanting } from '../../support/vectors.ts';

const QUERIES = 30;
const { COUNT, items, queries, vectorOf } = jugs(QUERIES);
const THRESHOLDS = { match: 0.6, related: 0.2 };
let made: MadeParts;
let parts: MemoryParts;

beforeAll(async () => {
  ({ made, parts } = await partsOfJugs());
});

const idOf = (row: number) => items[row]?.id ?? '';
const found = async (retriever: Retriever, unit: Float32Array, k: number, exact = false) =>
  (await retriever.nearest(unit, wanting(k, { exact }))).rows.map(({ row, score }) => ({
    id: row.id,
    score,
  }));
const expected = (unit: Float32Array, k: number) =>
  plainScores(made, unit)
    .slice(0, k)
    .map(({ row, score }) => ({ id: idOf(row), score }));

describe('an exact search', () => {
  test('is a plain loop over the codes, to the bit, whatever order the shards come in', async () => {
    const random = seededRandom(3);
    const { readPart } = parts.source;
    const shuffled = parts.open(
      {},
      {
        readPart: async (...args) => {
          await new Promise((resolve) => setTimeout(resolve, 4 * random()));
          return readPart(...args);
        },
      },
    );
    const steady = parts.open();
    for (const unit of queries.slice(0, 6)) {
      const wanted = expected(unit, COUNT);
      expect(await found(steady, unit, COUNT, true)).toEqual(wanted);
      expect(await found(shuffled, unit, 25, true)).toEqual(wanted.slice(0, 25));
    }
    const { total, exhausted, lack } = await steady.nearest(
      queries[0] as Float32Array,
      wanting(10, { exact: true, minScore: 0.3 }),
    );
    const above = expected(queries[0] as Float32Array, COUNT).filter(({ score }) => score >= 0.3);
    expect({ total, exhausted, lack }).toEqual({
      total: above.length,
      exhausted: above.length <= 10,
      lack: null,
    });
  });

  test('in WebAssembly and in plain JavaScript is the same, to the bit, as are other searches', async () => {
    const plain = parts.open({ openLayer: async (tables) => new CodeDecoder(tables) });
    const inWasm = parts.open({
      openLayer: async (tables) => (await createWasmLayer(tables)) as LayerCodes,
    });
    for (const unit of queries.slice(0, 6)) {
      for (const isExact of [false, true]) {
        const own = await found(inWasm, unit, 30, isExact);
        expect(own).toHaveLength(30);
        expect(own).toEqual(await found(plain, unit, 30, isExact));
      }
      const filter = { tone: 3 };
      const ofBoth = [inWasm, plain].map(async (retriever) => {
        const { rows, ...rest } = await retriever.nearest(unit, wanting(10, { filter }));
        return { ...rest, rows: rows.map(({ row, score }) => [row.id, score]) };
      });
      const [own, other] = await Promise.all(ofBoth);
      expect(own).toEqual(other);
    }
  });

  test('any filter, group, cut-off and page is that slice of the plain answer', async () => {
    const retriever = parts.open();
    const random = seededRandom(21);
    const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
    for (let round = 0; round < 40; round++) {
      const unit = pick(queries);
      const filter = pick([
        {},
        { tone: 3 },
        { tone: [1, 2] },
        { rare: 'yes' },
        { tone: { gte: 5 } },
      ]);
      const options = {
        ...{ filter, exact: true, group: random() < 0.5, minScore: pick([-1, 0.2, 0.5]) },
        ...{ from: pick([0, 3, 40]), size: pick([1, 7, 30]) },
        text: pick(['', 'jug 4', 'yes']),
      };
      const matches = (row: number) => {
        const { attributes = {}, title = '' } = items[row] as IndexedItem;
        const { tone, rare } = attributes as { tone: number; rare?: string };
        const words = `${title} ${tone} ${rare ?? ''}`.toLowerCase();
        if (options.text === 'jug 4' && !(words.startsWith('jug') && / 4/.test(words)))
          return false;
        if (options.text === 'yes' && rare !== 'yes') return false;
        if (filter === undefined || Object.keys(filter).length === 0) return true;
        if ('rare' in filter) return rare === 'yes';
        const wanted = (filter as { tone: number | number[] | { gte: number } }).tone;
        if (typeof wanted === 'number') return tone === wanted;
        return Array.isArray(wanted) ? wanted.includes(tone) : tone >= wanted.gte;
      };
      const hits: { id: string; score: number; more: number }[] = [];
      const groups = new Map<string, (typeof hits)[number]>();
      for (const { row, score } of plainScores(made, unit)) {
        if (!matches(row) || score < options.minScore) continue;
        const { id, group = id } = items[row] as IndexedItem;
        const known = options.group ? groups.get(group) : undefined;
        if (known) known.more++;
        else {
          const hit = { id, score, more: 0 };
          hits.push(hit);
          groups.set(group, hit);
        }
      }
      const page = await findPage(retriever, unit, [], checkOptions(options), THRESHOLDS, {});
      expect(
        page.page.map(({ best, more }) => ({
          id: best.row.id,
          score: best.score,
          more: more.length,
        })),
      ).toEqual(hits.slice(options.from, options.from + options.size));
      expect(page).toMatchObject({ total: hits.length, totalRelation: 'eq', engine: 'parts' });
    }
  });

  test('finds the same with memory for a single shard, and reads no file twice', async () => {
    const small = parts.open({ memoryBytes: 1 });
    for (const unit of queries.slice(0, 3)) {
      parts.reads.length = 0;
      expect(await found(small, unit, 30, true)).toEqual(expected(unit, 30));
      expect(new Set(parts.reads).size).toBe(parts.reads.length);
      expect(await found(small, unit, 10)).toEqual(await found(parts.open(), unit, 10));
    }
  });
});

describe('a search', () => {
  test('reads a few shards and fine files, and finds nearly all of the ten nearest', async () => {
    let hits = 0;
    for (const unit of queries) {
      parts.reads.length = 0;
      const { rows, totalRelation } = await (async () => {
        const options = checkOptions({ size: 10 });
        const page = await findPage(parts.open(), unit, [], options, THRESHOLDS, {});
        return {
          rows: page.page.map(({ best }) => best.row.id),
          totalRelation: page.totalRelation,
        };
      })();
      const exact = expected(unit, 10).map(({ id }) => id);
      hits += rows.filter((id) => exact.includes(id)).length;
      expect(totalRelation).toBe('gte');
      expect(rows).toHaveLength(10);
      expect(new Set(parts.reads).size).toBe(parts.reads.length);
      expect(parts.reads.length).toBeLessThan(made.probing.most + made.probing.refine + 1);
    }
    expect(hits / (10 * QUERIES)).toBeGreaterThan(0.9);
  });

  test('with a filter reads on until the page is full of rows that match', async () => {
    for (const unit of queries.slice(0, 5)) {
      const options = checkOptions({ size: 10, filter: { rare: 'yes' } });
      const { page } = await findPage(parts.open(), unit, [], options, THRESHOLDS, {});
      expect(page).toHaveLength(10);
      expect(page.every(({ best }) => best.row.attribute('rare') === 'yes')).toBe(true);
    }
  });

  test('below the cut-off it stops, and says that there may be more', async () => {
    const options = checkOptions({ size: 10, minScore: 0.97 });
    parts.reads.length = 0;
    const page = await findPage(
      parts.open(),
      queries[1] as Float32Array,
      [],
      options,
      THRESHOLDS,
      {},
    );
    expect(page.page.length).toBeLessThan(10);
    expect(page.totalRelation).toBe('gte');
    expect(parts.reads.length).toBeLessThan(made.probing.most + made.probing.refine + 1);
  });

  test('answers of several searches at once show their items without reading ids', async () => {
    const retriever = parts.open();
    const answers = await Promise.all(
      queries.slice(0, 6).map((unit) => found(retriever, unit, 10)),
    );
    parts.reads.length = 0;
    for (const answer of answers) {
      const ids = answer.map(({ id }) => id);
      expect(await retriever.items(ids)).toEqual(ids.map((id) => items[Number(id.slice(1))]));
    }
    expect(parts.reads).toEqual([]);
  });

  test('by id reads the ids and the own shard of the item', async () => {
    const retriever = parts.open();
    for (const row of [0, 7, 500, COUNT - 1]) {
      const retriever = parts.open();
      parts.reads.length = 0;
      const own = await retriever.get(idOf(row));
      expect(parts.reads.map((name) => name.split('-')[0]).sort()).toEqual([
        'coarse',
        'fine',
        'ids',
      ]);
      expect(own?.item).toEqual(items[row]);
      expect(dot(own?.vector as Float32Array, vectorOf(row))).toBeGreaterThan(0.995);
      expect(dot(own?.vector as Float32Array, own?.vector as Float32Array)).toBeCloseTo(1, 5);
      parts.reads.length = 0;
    }
    expect(await retriever.get('i9999')).toBeNull();
    expect(await retriever.items([idOf(5), idOf(899)])).toEqual([items[5], items[899]]);
    await expect(retriever.items(['x'])).rejects.toThrow('No item has the id "x" in this bundle.');
    expect(await retriever.numeric()).toEqual(['tone']);
  });
});

describe('shards that fail', () => {
  /** Reads of coarse files by their turn. */
  const failing = (fail: (turn: number) => Promise<Uint8Array> | null) => {
    let turn = 0;
    const { readPart } = parts.source;
    return {
      readPart: (async (role, ref) =>
        (role === 'coarse' ? fail(turn++) : null) ?? readPart(role, ref)) as typeof readPart,
    };
  };
  const unit = queries[2] as Float32Array;

  test.each([
    [
      'missing',
      () => Promise.reject(new MissingFileError('coarse-1.bin: 404')),
      'coarse-1.bin: 404',
    ],
    [
      'damaged',
      async () => new Uint8Array(80),
      /^shard \d+: it is not a file of an index in parts/,
    ],
    [
      'slow',
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 1200));
        throw new Error('late');
      },
      /^Shard \d+ took longer than 0\.8 s to load\.$/,
    ],
  ] as const)('a %s one is left out, and the answer says so', async (_, fail, reason) => {
    const whole = await found(parts.open(), unit, 10);
    const retriever = parts.open(
      { slowMs: 800 },
      failing((turn) => (turn === 1 ? fail() : null)),
    );
    const { rows, lack, exhausted, total } = await retriever.nearest(unit, wanting(10));
    expect(rows.length).toBe(10);
    expect(lack?.failed).toBe(1);
    expect(lack?.reason).toMatch(reason);
    expect({ exhausted, total }).toEqual({ exhausted: false, total: null });
    // Every row is in two shards, so most are found all the same.
    const ids = whole.map(({ id }) => id);
    expect(rows.filter(({ row }) => ids.includes(row.id)).length).toBeGreaterThanOrEqual(6);
    // The next search reads it again, once the slow load has ended.
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect((await retriever.nearest(unit, wanting(10))).lack).toBeNull();
  });

  test('an exact answer without all shards is not called exact', async () => {
    const retriever = parts.open(
      {},
      failing((turn) => (turn === 3 ? Promise.reject(new Error('gone')) : null)),
    );
    const { exhausted, total, lack } = await retriever.nearest(
      unit,
      wanting(COUNT, { exact: true }),
    );
    expect({ exhausted, total, lack }).toMatchObject({
      exhausted: false,
      total: null,
      lack: { failed: 1, reason: 'gone' },
    });
  });

  test('all of the first wave: the error of the first, without a second wave', async () => {
    let turns = 0;
    const retriever = parts.open(
      {},
      failing(() => {
        turns++;
        return Promise.reject(new Error('no line'));
      }),
    );
    for (const filter of [{}, { tone: 3 }]) {
      turns = 0;
      await expect(retriever.nearest(unit, wanting(10, { filter }))).rejects.toThrow('no line');
      expect(turns).toBe(made.probing.first);
    }
  });

  test('a file is counted once, however often the search uses it', async () => {
    parts.reads.length = 0;
    const changes = failing((turn) => (turn === 1 ? Promise.reject(new Error('gone')) : null));
    const { lack } = await parts.open({}, changes).nearest(unit, wanting(10));
    expect(lack).toEqual({ failed: 1, asked: parts.reads.length + 1, reason: 'gone' });
  });

  test('a release that was replaced is opened again, by the error of a missing file', async () => {
    const changes = failing((turn) =>
      turn === 1 ? Promise.reject(new MissingFileError('coarse-1.bin: 404')) : null,
    );
    const retriever = parts.open({}, { ...changes, isReplaced: async () => true });
    await expect(retriever.nearest(unit, wanting(10))).rejects.toBeInstanceOf(MissingFileError);
  });

  test('a root that fails is read again by the next search', async () => {
    let fails = true;
    const retriever = parts.open(
      {},
      {
        root: async () => {
          if (fails) throw new Error('no root');
          return parts.source.root();
        },
      },
    );
    await expect(retriever.nearest(unit, wanting(10))).rejects.toThrow('no root');
    fails = false;
    expect(await found(retriever, unit, 10)).toEqual(await found(parts.open(), unit, 10));
  });

  test('an aborted search rejects with its reason, a disposed index with its own', async () => {
    const retriever = parts.open();
    const signal = AbortSignal.abort(new Error('the visitor left'));
    await expect(retriever.nearest(unit, wanting(1), { signal })).rejects.toThrow(
      'the visitor left',
    );
    retriever.dispose();
    await expect(retriever.nearest(unit, wanting(1))).rejects.toThrow('used after dispose()');
    await expect(retriever.get('i0001')).rejects.toThrow('used after dispose()');
  });
});
