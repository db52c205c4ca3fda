import { describe, expect, test } from 'vitest';
import { Bundle } from '../../../src/core/bundle/bundle.ts';
import type { HnswGraph } from '../../../src/core/bundle/graph.ts';
import { writeGraphShards } from '../../../src/core/bundle/graph.ts';
import type { BundleSource } from '../../../src/core/bundle/source.ts';
import { writeVectorShards } from '../../../src/core/bundle/vectors.ts';
import { encodeFloats, encodeUtf8 } from '../../../src/core/text.ts';
import { tinyModel } from '../../support/model-spec.ts';

const vectors = Float32Array.of(1, 0, 0, 1, -1, 0);
const graph: HnswGraph = {
  count: 3,
  rowCount: 3,
  dimension: 2,
  M: 2,
  efConstruction: 10,
  entryPoint: 0,
  maxLevel: 0,
  levels: new Uint8Array(3),
  baseCounts: Uint16Array.of(1, 1, 1),
  baseLinks: Uint32Array.of(1, 2, 0),
  upperCounts: new Uint16Array(),
  upperLinks: new Uint32Array(),
  twinNodes: new Uint32Array(),
  twinRows: new Uint32Array(),
};
const item = (id: string) => ({ id, image: `${id}.jpg` });
const json = (value: unknown) => encodeUtf8(JSON.stringify(value));

type Files = Record<'items' | 'vectors' | 'graph' | 'weights', Uint8Array[]>;
const files = (): Files => ({
  items: [json([item('a'), item('b')]), json([item('c')])],
  vectors: writeVectorShards(vectors, 3, 2, 10),
  graph: writeGraphShards(graph),
  weights: [Uint8Array.of(1), Uint8Array.of(2, 3)],
});

/** A bundle in memory; `index` and `files` may say otherwise than they should. */
function openBundle({ index = {}, ...changed }: Partial<Files> & { index?: object } = {}) {
  const all = new Map<string, Uint8Array>();
  const refs = Object.fromEntries(
    Object.entries({ ...files(), ...changed }).map(([kind, list]) => [
      kind,
      list.map((bytes, i) => {
        all.set(`${kind}-${i}`, bytes);
        return { file: `${kind}-${i}`, bytes: bytes.length, sha256: '00'.repeat(32) };
      }),
    ]),
  );
  const manifest = {
    format: 'soutu-bundle',
    version: 1,
    model: tinyModel(2, refs.weights ?? []),
    items: refs.items,
    index: {
      count: 3,
      dimension: 2,
      metric: 'cosine',
      centre: null,
      calibration: { minScore: 0 },
      vectors: refs.vectors,
      graph: refs.graph,
      ...index,
    },
  };
  const source: BundleSource = {
    where: 'shop/bundle',
    manifest: async () => manifest,
    read: async (ref) => all.get(ref.file) ?? Promise.reject(new Error(`no ${ref.file}`)),
  };
  return Bundle.open(source);
}

describe('a bundle', () => {
  test('gives what its files hold, in order', async () => {
    const bundle = await openBundle();
    expect(await bundle.items()).toEqual([item('a'), item('b'), item('c')]);
    expect(await bundle.vectors()).toEqual(vectors);
    expect(await bundle.graph()).toEqual(graph);
    expect(await bundle.weights()).toEqual([Uint8Array.of(1), Uint8Array.of(2, 3)]);
    expect(bundle.centre).toBeNull();
  });

  test('has a centre where the manifest has one', async () => {
    const centre = Float32Array.of(0.25, -3);
    const bundle = await openBundle({ index: { centre: encodeFloats(centre) } });
    expect(bundle.centre).toEqual(centre);
  });

  test('may be without a graph', async () => {
    expect(await (await openBundle({ index: { graph: [] } })).graph()).toBeNull();
  });

  const again = 'Build the bundle again.';
  test.each([
    ['out of order', [item('b'), item('a'), item('c')], 'item 1 ("a") does not come after'],
    ['twice', [item('a'), item('a'), item('c')], 'item 1 ("a") does not come after'],
    ['without an id', [item('a'), null, item('c')], 'item 1: expected an object with "id"'],
    ['with other attributes', [{ ...item('a'), attributes: { x: {} } }], 'attribute "x" of "a"'],
    [
      'with another placeholder',
      [{ ...item('a'), thumb: 'x', thumbHash: 'a"b' }],
      '"thumbHash" of "a" must be 5 to 48 bytes in base64, got "a\\"b".',
    ],
    ['with another thumb', [{ ...item('a'), thumb: 'x', thumbSize: 5 }], '"thumb" of "a" must be'],
  ])('refuses items %s', async (_, list, words) => {
    const bundle = await openBundle({ items: [json(list)] });
    await expect(bundle.items()).rejects.toThrow(words);
    await expect(bundle.items()).rejects.toThrow(again);
  });

  test('refuses a manifest in its own words', async () => {
    await expect(openBundle({ index: { count: 0 } })).rejects.toThrow(
      'shop/bundle/manifest.json: "index.count" must be',
    );
  });

  test.each<[string, Uint8Array[], string]>([
    ['fewer items', [json([item('a')])], 'the manifest says 3 items, its files hold 1.'],
    [
      'more items',
      [...files().items, json([item('d')])],
      'the manifest says 3 items, its files hold 4.',
    ],
    ['no items', [json([])], 'the manifest says 3 items, its files hold 0.'],
  ])('refuses %s than the manifest says', async (_, items, words) => {
    await expect((await openBundle({ items })).items()).rejects.toMatchObject({
      name: 'BundleError',
      message: `shop/bundle: ${words} ${again}`,
    });
  });

  test.each([
    ['a page', encodeUtf8('<!doctype html>')],
    ['a cut list', json([item('a')]).subarray(0, 9)],
    ['no UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
  ])('refuses items that are %s', async (_, bytes) => {
    const items = [json([item('a')]), bytes];
    await expect((await openBundle({ items })).items()).rejects.toMatchObject({
      name: 'BundleError',
      message: `shop/bundle/items-1: is not JSON. ${again}`,
      cause: expect.any(Error),
    });
  });

  test('refuses vectors of another count or dimension, with both figures', async () => {
    const fewer = await openBundle({ vectors: writeVectorShards(vectors.subarray(0, 4), 2, 2) });
    await expect(fewer.vectors()).rejects.toThrow(
      `shop/bundle: the manifest says 3 vectors, its files hold 2. ${again}`,
    );
    const wider = await openBundle({ vectors: writeVectorShards(new Float32Array(9), 3, 3) });
    await expect(wider.vectors()).rejects.toThrow(
      `shop/bundle: the vectors have 3 numbers, the manifest says 2. ${again}`,
    );
  });

  test('names the broken file', async () => {
    const [first, , third] = files().vectors as [Uint8Array, Uint8Array, Uint8Array];
    const broken = await openBundle({ vectors: [first, new Uint8Array(99), third] });
    await expect(broken.vectors()).rejects.toThrow('shop/bundle/vectors-1: not a Soutu file');
    const swapped = await openBundle({ graph: files().vectors });
    await expect(swapped.graph()).rejects.toThrow(
      'shop/bundle/graph-0: holds "vectors", expected "graph".',
    );
  });

  test('what the source throws comes through', async () => {
    const bundle = await openBundle({
      index: { graph: [{ file: 'gone', bytes: 1, sha256: '00'.repeat(32) }] },
    });
    await expect(bundle.graph()).rejects.toThrow('no gone');
  });
});
