import { describe, expect, test } from 'vitest';
import {
  checkSimilar,
  readSimilar,
  SIMILAR_ITEMS,
  similarFileOf,
  writeSimilar,
} from '../../../src/core/bundle/similar.ts';
import { encodeUtf8 } from '../../../src/core/text.ts';

const items = ['a', 'b', 'c', 'd'].map((id) => ({ id }));
const file = (first: number, rows: number) => ({
  ...{ file: `similar-${first}.json`, bytes: 9, sha256: '0f'.repeat(32) },
  first,
  rows,
});
const read = (columns: object, id: string, rows = 1) =>
  readSimilar(encodeUtf8(JSON.stringify(columns)), file(0, rows), id, 4, 'b/s.json');

describe('similar items', () => {
  test('give back the rows, best first', () => {
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
    expect(readSimilar(bytes, file(0, 3), 'a', 4, 's')).toEqual([2, 1]);
    expect(readSimilar(bytes, file(0, 3), 'c', 4, 's')).toEqual([]);
    expect(readSimilar(bytes, file(0, 3), 'd', 4, 's')).toBeNull();
  });

  test('are no more than a bundle has room for', () => {
    const many = Array.from({ length: 40 }, (_, row) => ({ row: row % 4, score: 0.5 }));
    const [one] = writeSimilar(items.slice(0, 1), [many], [[0, 1]]);
    const found = readSimilar(one?.bytes as Uint8Array, file(0, 1), 'a', 4, 's');
    expect(found).toHaveLength(SIMILAR_ITEMS);
  });

  test.each<[object, string]>([
    [{ id: 'a', similar: [[]] }, '"id" must be a list of 1 texts.'],
    [{ id: ['a'], similar: [1] }, '"similar" must be a list of 1 lists of rows.'],
    [{ id: ['a'], similar: [] }, '"similar" must be a list of 1 lists of rows.'],
    [{ id: ['a'], similar: [[4]] }, '"similar[0][0]" must be a row of 4 items, got 4.'],
    [{ id: ['a'], similar: [['1']] }, '"similar[0][0]" must be a row of 4 items, got "1".'],
  ])('refuses %j', (columns, words) => {
    const refused = () => read(columns, 'a');
    expect(refused).toThrow(expect.objectContaining({ name: 'BundleError' }));
    expect(refused).toThrow(`b/s.json: ${words} Build the bundle again.`);
  });

  test('are in the file whose first id is the last one up to the item', () => {
    const files = [
      { ...file(0, 2), firstId: 'b' },
      { ...file(2, 2), firstId: 'm' },
    ];
    const names = ['a', 'b', 'f', 'm', 'z'].map((id) => similarFileOf(files, id)?.file);
    expect(names).toEqual([
      undefined,
      'similar-0.json',
      'similar-0.json',
      'similar-2.json',
      'similar-2.json',
    ]);
  });

  test('the manifest names their files by id, in order', () => {
    const bad = (what: string): never => {
      throw new Error(what);
    };
    const files = [
      { ...file(0, 2), firstId: 'b' },
      { ...file(2, 2), firstId: 'a' },
    ];
    expect(() => checkSimilar(files, 4, bad)).toThrow(
      '"items.similar[1].firstId" must be a text after those before it, got "a".',
    );
    expect(() => checkSimilar([file(0, 4)], 4, bad)).toThrow(
      '"items.similar[0].firstId" must be a text after those before it, got nothing.',
    );
    expect(() => checkSimilar(files.slice(0, 1), 4, bad)).toThrow(
      '"items.similar" ends at row 2, "items.count" says 4.',
    );
    expect(checkSimilar(undefined, 4, bad)).toBeUndefined();
  });
});
