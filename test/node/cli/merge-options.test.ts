/** Options of a config under those of flags. */
import { expect, test } from 'vitest';
import { mergeOptions } from '../../../src/node/cli/build/merge-options.ts';

const DATABASE = {
  photos: 'mysql://a@h/d',
  query: 'SELECT 1',
  paging: 'key',
  pageSize: 5,
  map: { id: 'a' },
  photoBase: 'p',
  out: 'o',
} as const;

test('another kind of source on the command line drops what belongs to that of the config', () => {
  expect(mergeOptions(DATABASE, { photos: 'photos' })).toEqual({ photos: 'photos', out: 'o' });
  expect(mergeOptions(DATABASE, { site: 'dist' })).toEqual({ site: 'dist', out: 'o' });
  const site = { site: 'dist', siteUrl: 'https://shop.example/', out: 'o' };
  expect(mergeOptions(site, { photos: 'a.csv' })).toEqual({ photos: 'a.csv', out: 'o' });
});

test('a source of the same kind keeps it, and other flags replace their own option only', () => {
  expect(mergeOptions(DATABASE, { photos: 'sqlite:a.db', out: 'x' })).toEqual({
    ...DATABASE,
    photos: 'sqlite:a.db',
    out: 'x',
  });
  const site = { site: 'dist', siteUrl: 'https://shop.example/' };
  expect(mergeOptions(site, { site: 'other' })).toEqual({ ...site, site: 'other' });
  expect(mergeOptions(DATABASE, { query: 'SELECT 2' })).toEqual({ ...DATABASE, query: 'SELECT 2' });
});

test('a model or an engine replaces both, and --no-cache takes no earlier release', () => {
  const config = { model: 'a.onnx', modelSpec: 'a.json', preset: 'keras', out: 'o' } as const;
  expect(mergeOptions(config, { model: 'vgg16' })).toEqual({ model: 'vgg16', out: 'o' });
  expect(mergeOptions(config, { engine: 'phash' })).toEqual({ engine: 'phash', out: 'o' });
  expect(mergeOptions({ previous: 'https://a.example/' }, { cache: false })).toEqual({
    cache: false,
  });
});
