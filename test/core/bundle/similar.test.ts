import { describe, expect, test } from 'vitest';
import {
  checkSimilar,
  SIMILAR_ITEMS,
  similarRows,
  writeSimilar,
} from '../../../src/core/bundle/similar.ts';
import { encodeUtf8 } from '../../../src/core/text.ts';

const items = ['a', 'b', 'c', 'd'].map((id) => ({ id }));
const file = (first: number, rows: number) => ({
  ...{ file: `similar-${first}.json`, bytes: 9, sha256: '0f'.repeat(32) },
  first,
  rows,
});
const one = (first: number, rows: number, firstId = 'a') => ({ ...file(first, rows), firstId });
const read = (columns: object, id: string, rows = 1) =>
  similarRows({ files: [one(0, rows)] }, id, 4, async () => encodeUtf8(JSON.stringify(columns)));

describe('similar items', () => {
  test('give back the rows, best first', async () => {
    const similar = [
      [
        { row: 2, score: 0.81 },
        { row: 1, score: -0.02 },
      ],
      [{ row: 3, score: 1 }],
      [],
      [{ row: 0, score: 0.5 }],
    ];
    const files = writeSimilar(items, similar, [
      [0, 3],
      [3, 4],
    ]);
    expect(files.map(({ first, rows }) => [first, rows])).toEqual([
      [0, 3],
      [3, 1],
    ]);
    const bytes = files[0]?.bytes as Uint8Array;
    const rowsFor = (id: string) => similarRows({ files: [one(0, 3)] }, id, 4, async () => bytes);
    expect(await rowsFor('a')).toEqual([2, 1]);
    expect(await rowsFor('c')).toEqual([]);
    expect(await rowsFor('d')).toBeNull();
  });

  test('are no more than a bundle has room for', async () => {
    const many = Array.from({ length: 40 }, (_, row) => ({ row: row % 4, score: 0.5 }));
    const [written] = writeSimilar(items.slice(0, 1), [many], [[0, 1]]);
    const bytes = written?.bytes as Uint8Array;
    const found = await similarRows({ files: [one(0, 1)] }, 'a', 4, async () => bytes);
    expect(found).toHaveLength(SIMILAR_ITEMS);
  });

  test.each<[object, string]>([
    [{ id: 'a', similar: [[]] }, '"id" must be a list of 1 texts.'],
    [{ id: ['a'], similar: [1] }, '"similar" must be a list of 1 lists of rows.'],
    [{ id: ['a'], similar: [] }, '"similar" must be a list of 1 lists of rows.'],
    [{ id: ['a'], similar: [[4]] }, '"similar[0][0]" must be a row of 4 items, got 4.'],
    [{ id: ['a'], similar: [['1']] }, '"similar[0][0]" must be a row of 4 items, got "1".'],
  ])('refuses %j', async (columns, words) => {
    await expect(read(columns, 'a')).rejects.toMatchObject({
      name: 'BundleError',
      message: `similar-0.json: ${words} Build the bundle again.`,
    });
  });

  test('are in the file whose first id is the last one up to the item', async () => {
    const files = [one(0, 2, 'b'), one(2, 2, 'm')];
    const asked: string[] = [];
    for (const id of ['a', 'b', 'f', 'm', 'z']) {
      await similarRows({ files }, id, 4, async ({ file: name }) => {
        asked.push(`${id}: ${name}`);
        return encodeUtf8(JSON.stringify({ id: ['x', 'y'], similar: [[], []] }));
      });
    }
    expect(asked).toEqual([
      'b: similar-0.json',
      'f: similar-0.json',
      'm: similar-2.json',
      'z: similar-2.json',
    ]);
  });

  test('the manifest names their files by id, in order', () => {
    const bad = (what: string): never => {
      throw new Error(what);
    };
    const files = [one(0, 2, 'b'), one(2, 2, 'a')];
    expect(() => checkSimilar({ files }, 4, bad)).toThrow(
      '"items.similar.files[1].firstId" must be a text after those before it, got "a".',
    );
    expect(() => checkSimilar({ files: [file(0, 4)] }, 4, bad)).toThrow(
      '"items.similar.files[0].firstId" must be a text after those before it, got nothing.',
    );
    expect(() => checkSimilar({ files: files.slice(0, 1) }, 4, bad)).toThrow(
      '"items.similar.files" ends at row 2, "items.count" says 4.',
    );
    expect(() => checkSimilar([], 4, bad)).toThrow('"items.similar.files" must be a list of {');
    expect(checkSimilar(undefined, 4, bad)).toBeUndefined();
  });
});

describe('edits', () => {
  // Then: a c d e. Now: a b d e, so c is gone and b is new.
  const edits = {
    count: 4,
    removed: [1],
    added: [1],
    ids: ['b'],
    lists: [
      [1, 0, 3, 1, 0],
      [2, 1, 1],
    ],
  };
  const files = [one(0, 4)];
  const columns = { id: ['a', 'c', 'd', 'e'], similar: [[1, 2], [3], [0, 3], [2]] };
  const rowsFor = (id: string) =>
    similarRows({ files, edits }, id, 4, async () => encodeUtf8(JSON.stringify(columns)));

  test('number the rows as they are now, without those that are gone', async () => {
    expect(await rowsFor('a')).toEqual([2]);
    expect(await rowsFor('e')).toEqual([2]);
    expect(await rowsFor('c')).toBeNull();
  });

  test('insert rows into a list', async () => {
    expect(await rowsFor('d')).toEqual([0, 1, 3]);
  });

  test('have the list of an item that is new, without any file', async () => {
    const read = async () => expect.unreachable('a file is read');
    expect(await similarRows({ files, edits }, 'b', 4, read)).toEqual([3, 0]);
  });

  test.each<[object, string]>([
    [{ ids: [] }, '"items.similar.edits.ids" must be a list of 1 texts, got [].'],
    [{ lists: {} }, '"items.similar.edits.lists" must be a list, got {}.'],
    [
      { lists: [[1, 0]] },
      '"items.similar.edits.lists[0]" must be a row and pairs of a position and a',
    ],
    [{ lists: [[1, 12, 0]] }, '"items.similar.edits.lists[0]" must be a row and pairs'],
    [{ lists: [[1, 0, 4]] }, '"items.similar.edits.lists[0]" must be a row and pairs'],
    [{ count: 0 }, '"items.similar.edits.count" must be a whole number above 0, got 0.'],
    [{ count: 5 }, '"items.similar.edits" leads to 5 rows, "items.count" says 4.'],
    [
      { removed: [1, 1] },
      '"items.similar.edits.removed" must be a list of rows below 4, ascending',
    ],
    [{ removed: [4] }, '"items.similar.edits.removed" must be a list of rows below 4, ascending'],
    [{ added: [-1] }, '"items.similar.edits.added" must be a list of rows below 4, ascending'],
    [{ added: 1 }, '"items.similar.edits.added" must be a list of rows below 4, ascending, got 1.'],
  ])('refuses %j', (change, words) => {
    const bad = (what: string): never => {
      throw new Error(what);
    };
    expect(() => checkSimilar({ files, edits }, 4, bad)).not.toThrow();
    expect(() => checkSimilar({ files, edits: { ...edits, ...change } }, 4, bad)).toThrow(words);
  });

  test('a file has as many rows as they say', () => {
    const bad = (what: string): never => {
      throw new Error(what);
    };
    expect(() => checkSimilar({ files: [one(0, 3)], edits }, 4, bad)).toThrow(
      '"items.similar.files" ends at row 3, "items.similar.edits.count" says 4.',
    );
  });
});
