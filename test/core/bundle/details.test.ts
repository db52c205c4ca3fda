import { rgbaToThumbHash } from 'thumbhash';
import { describe, expect, test } from 'vitest';
import { readDetails, writeDetails } from '../../../src/core/bundle/details.ts';
import { decodeUtf8, encodeUtf8 } from '../../../src/core/text.ts';

const hash = Buffer.from(rgbaToThumbHash(8, 4, new Uint8Array(8 * 4 * 4).fill(255))).toString(
  'base64',
);
const whole = {
  image: 'a.jpg',
  title: 'A jug',
  url: 'https://shop.example/a',
  thumb: 'thumbs/0123456789abcdef.webp',
  thumbSize: [320, 240] as const,
  thumbHash: hash,
};

const read = (columns: object, rows = 1) =>
  readDetails(encodeUtf8(JSON.stringify(columns)), rows, 'b/d.json');

describe('details', () => {
  test('give back what was written; what no row has takes no bytes', () => {
    const items = [
      { id: 'a', ...whole },
      { id: 'b', image: 'b.jpg' },
    ];
    const [file] = writeDetails(items, [[0, 2]]);
    const bytes = file?.bytes as Uint8Array;
    expect(readDetails(bytes, 2, 'd')).toEqual([whole, { image: 'b.jpg' }]);
    expect(decodeUtf8(bytes)).not.toContain('"a"');
    const [bare] = writeDetails([{ id: 'b', image: 'b.jpg' }], [[0, 1]]);
    expect(decodeUtf8(bare?.bytes as Uint8Array)).toBe('{"image":["b.jpg"]}\n');
  });

  test.each<[string, unknown]>([
    ['title', 7],
    ['url', 'javascript:alert(1)'],
    ['url', ['a']],
    ['thumbSize', [320]],
    ['thumbSize', [320, 0]],
    ['thumbSize', [320, '240']],
    ['thumbSize', 5],
    ['thumbHash', hash.slice(0, -4)],
    ['thumbHash', `${hash.replace(/=+$/, '')}AAAA`],
    ['thumbHash', 'a"b'],
    ['thumbHash', ''],
    ['thumbHash', {}],
  ])('a %s that cannot be shown is dropped: %j', (name, value) => {
    const columns = Object.fromEntries(
      Object.entries({ ...whole, [name]: value }).map(([key, one]) => [key, [one]]),
    );
    const { [name as 'title']: _dropped, ...rest } = whole;
    expect(read(columns)).toEqual([rest]);
  });

  test.each(['http://[', 'javascript:x', 'data:text/html,x', '', 7])(
    'an item whose thumbnail cannot be shown stays, without its picture: %j',
    (thumb) => {
      const columns = Object.fromEntries(
        Object.entries({ ...whole, thumb }).map(([key, one]) => [key, [one]]),
      );
      const { image, title, url } = whole;
      expect(read(columns)).toEqual([{ image, title, url }]);
    },
  );

  test('an item without a thumbnail file keeps size and ThumbHash, for its own picture', () => {
    const columns = Object.fromEntries(
      Object.entries({ ...whole, thumb: null }).map(([key, one]) => [key, [one]]),
    );
    const { thumb: _file, ...rest } = whole;
    expect(read(columns)).toEqual([rest]);
  });

  test.each<[object, string]>([
    [{}, '"image" must be a list of 1 texts.'],
    [{ image: [7] }, '"image" must be a list of 1 texts.'],
    [{ image: ['a', 'b'] }, '"image" must be a list of 1 texts.'],
    [{ image: ['a'], title: ['A', 'B'] }, '"title" must be a list of 1.'],
    [{ image: ['a'], thumbHash: 'x' }, '"thumbHash" must be a list of 1.'],
  ])('refuses %j', (columns, words) => {
    expect(() => read(columns)).toThrow(`b/d.json: ${words} Build the bundle again.`);
  });
});
