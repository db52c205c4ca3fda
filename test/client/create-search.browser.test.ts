/** What a search accepts: everything else is refused on the page, in our words, and no worker is started for it. */
import { afterEach, describe, expect, test } from 'vitest';
import type { CreateSearchOptions, SearchQuery } from '../../src/client/api.ts';
import { createSearch } from '../../src/client/create-search.ts';
import { SoutuError } from '../../src/core/errors.ts';

const ENGINES = '"auto", "kernel", "onnxruntime", "webgpu"';

test.each<[unknown, string]>([
  [
    { bundle: './b/', engine: 'gpu' },
    `createSearch option "engine" must be ${ENGINES}, got "gpu".`,
  ],
  [
    { bundle: './b/', assets: 'http://[' },
    `option "assets" must be the URL of a copy of the package's folder dist/browser, got "http://[".`,
  ],
  [{ bundle: './b/', maxPixels: 0 }, 'option "maxPixels" must be a number above 0, got 0.'],
  [{ bundle: './b/', maxPixels: '5' }, 'option "maxPixels" must be a number above 0, got "5".'],
  [{ bundle: './b/', idleMs: -1 }, 'option "idleMs" must be a number above 0, got -1.'],
  [{ bundle: './b/', idleMs: NaN }, 'option "idleMs" must be a number above 0, got NaN.'],
  [{ bundel: './b/' }, 'createSearch option "bundel" is unknown. Did you mean "bundle"?'],
  [{ bundle: './b/', idle_ms: 5 }, 'option "idle_ms" is unknown. Did you mean "idleMs"?'],
  [
    { bundle: './b/', colour: 1 },
    'option "colour" is unknown. Known are bundle, bundles, mirrors, remote, engine, ',
  ],
  [{}, 'createSearch needs "bundle": the URL of the folder that `soutu build` wrote.'],
  [{ bundle: 5 }, 'option "bundle" must be the URL of the folder that `soutu build` wrote, got 5.'],
  [
    { bundle: 'http://[' },
    'must be the URL of the folder that `soutu build` wrote, got "http://[".',
  ],
  [{ bundles: [] }, 'option "bundles" must be a list of up to 16 different URLs, got '],
  [{ bundles: ['a/', 'a/'] }, 'must be a list of up to 16 different URLs'],
  [{ bundle: 'a/', mirrors: 'b/' }, 'option "mirrors" must be a list of up to 16 different URLs'],
  ...[{ bundle: 'b/' }, { remote: 'c/' }, { mirrors: ['d/'] }].map((one): [unknown, string] => [
    { bundles: ['a/'], ...one },
    'createSearch takes "bundles" without "bundle", "mirrors" and "remote".',
  ]),
  [undefined, 'createSearch options must be an object, got nothing.'],
  ['./b/', 'createSearch options must be an object, got "./b/".'],
])('createSearch(%j) is refused', (options, message) => {
  expect(() => createSearch(options as CreateSearchOptions)).toThrow(message);
});

describe('search', () => {
  const search = createSearch({ bundle: './no-bundle-here/' });
  afterEach(() => {
    expect(search.worker, 'no worker was started').toBe('unstarted');
  });

  const query = (text: string) => text as unknown as SearchQuery;

  test.each<[unknown, string]>([
    [
      {},
      'A search needs a photo (a Blob or File), { photo, view }, { id: "an item" }, { vector: a',
    ],
    [null, 'Float32Array } or { several: a list of them }, got null.'],
    [undefined, 'got nothing.'],
    ['photo.jpg', 'got "photo.jpg".'],
    [{ vector: Float32Array.of(1), soft: 'yes' }, '"soft" must be true or false, got "yes".'],
    [{ vector: [1, 2] }, 'a list of them }, got {"vector":[1,2]}.'],
    [{ id: 7 }, 'got {"id":7}.'],
    [{ photo: 'a.jpg', view: { turns: 0, region: null } }, 'A search needs a photo'],
    [{ photo: new Blob([]), view: null }, '"view" must be { turns, region }, got null.'],
    [{ several: 'a' }, '"several" must be a list of 1 to 16 photos, vectors and ids, got "a".'],
    [{ several: [] }, '"several" must be a list of 1 to 16 photos, vectors and ids, got 0.'],
    [{ several: Array(17).fill({ id: 'a' }) }, 'photos, vectors and ids, got 17.'],
    [
      { several: [{ id: 'a' }, { id: 'b', weight: 0 }] },
      'The weight of part 1 of the query must be a number from -100 to 100 and not 0, got 0.',
    ],
    [{ several: [{ id: 'a', weight: NaN }] }, 'part 0 of the query must be a number from -100 to'],
    [{ several: [{ id: 'a', weight: '2' }] }, 'from -100 to 100 and not 0, got "2".'],
    [{ several: [{ id: 'a', weight: 101 }] }, 'from -100 to 100 and not 0, got 101.'],
    [
      { several: [{ id: 'a', weight: -1 }] },
      'A query needs at least one part with a positive weight: something to look for.',
    ],
    [
      { several: [{ id: 'a' }, { text: 'x' }] },
      'Part 1 of the query must be a photo (a Blob or File), { photo, view }, { id } or { vector }, each with or',
    ],
    [{ several: ['a.jpg'] }, 'with or without a weight, got "a.jpg".'],
    [{ several: [{ photo: new Blob([]), view: 1 }] }, '"view" must be { turns, region }, got 1.'],
    [{ photo: new Blob([]), view: { turns: 5, region: null } }, '"turns" must be 0, 1, 2 or 3'],
    [{ photo: new Blob([]), view: { turns: 0, region: 'all' } }, '"region" must lie within'],
  ])('for %j is refused', async (bad, message) => {
    const error = await search.search(query(bad as string)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SoutuError);
    expect(error).toMatchObject({ name: 'UsageError' });
    expect((error as Error).message).toContain(message);
  });

  test.each<[object | null, string]>([
    [{ facets: 'kind' }, 'Search option "facets" must be a list of attributes, got "kind".'],
    [
      { filter: null },
      'Search option "filter" must be { attribute: a value, a list of values or a',
    ],
    [{ minScore: '0.5' }, 'Search option "minScore" must be a cosine from -1 to 1, got "0.5".'],
    [{ minscore: 0.5 }, 'Search option "minscore" is unknown. Did you mean "minScore"?'],
    [null, 'Search options must be an object, got null.'],
  ])('with options %j is refused', async (options, message) => {
    await expect(search.search({ id: 'a' }, options as object)).rejects.toThrow(message);
  });

  test.each<[object, string]>([
    [{ signal: 5 }, 'Call option "signal" must be an AbortSignal, got 5.'],
    [{ onprogress: () => 0 }, 'Call option "onprogress" is unknown. Did you mean "onProgress"?'],
    [{ mayLoad: true }, 'Call option "mayLoad" must be a function, got true.'],
  ])('with call options %j is refused, and so is any other call', async (call, message) => {
    await expect(search.search({ id: 'a' }, {}, call)).rejects.toThrow(message);
    await expect(search.preload(call)).rejects.toThrow(message);
    await expect(search.embed(new Blob([]), call)).rejects.toThrow(message);
  });

  test('embed takes photos only', async () => {
    await expect(search.embed('./a.jpg' as unknown as Blob)).rejects.toThrow(
      'A photo must be a Blob or File, got "./a.jpg". Fetch a picture\'s URL and pass the response\'s blob().',
    );
  });
});
