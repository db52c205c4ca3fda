import { describe, expect, test, vi } from 'vitest';
import { writeArchive } from '../../../src/core/bundle/archive.ts';
import { Bundle } from '../../../src/core/bundle/bundle.ts';
import { writeColumns } from '../../../src/core/bundle/columns.ts';
import { writeDetails } from '../../../src/core/bundle/details.ts';
import type { HnswGraph } from '../../../src/core/bundle/graph.ts';
import { writeGraphShards } from '../../../src/core/bundle/graph.ts';
import type { RowBytes } from '../../../src/core/bundle/row-files.ts';
import type { BundleSource } from '../../../src/core/bundle/source.ts';
import { writeVectors } from '../../../src/core/bundle/vectors.ts';
import { floatsToHalves } from '../../../src/core/half.ts';
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

const ONE = [[0, 3]] as const;
const TWO = [
  [0, 2],
  [2, 3],
] as const;
const items = [
  { ...item('a'), group: 'g', attributes: { colour: 'red' } },
  { ...item('b'), group: 'g', title: 'B', url: 'b.html' },
  { ...item('c'), thumb: 'thumbs/c.webp', thumbSize: [3, 4] as const },
];

const files = () => ({
  columns: writeColumns(items, TWO),
  details: writeDetails(items, TWO),
  vectors: writeVectors(vectors, 2, TWO),
  archive: writeArchive({ ids: ['a', 'b', 'c'], vectors: vectors.map((x) => x / 2) }, 2, TWO),
});
type Files = Record<keyof ReturnType<typeof files>, readonly RowBytes[]>;

/** A bundle in memory; `index` and the files may say otherwise than they should. */
async function openBundle({ index = {}, ...changed }: Partial<Files> & { index?: object } = {}) {
  const all = new Map<string, Uint8Array>();
  const ref = (file: string, bytes: Uint8Array) => {
    all.set(file, bytes);
    return { file, bytes: bytes.length, sha256: '00'.repeat(32) };
  };
  const refs = Object.fromEntries(
    Object.entries({ ...files(), ...changed }).map(([kind, list]) => [
      kind,
      list.map(({ bytes, first, rows }, i) => ({ ...ref(`${kind}-${i}`, bytes), first, rows })),
    ]),
  );
  const manifest = {
    format: 'soutu-bundle',
    version: 3,
    model: tinyModel(2, [
      ref('weights-0', Uint8Array.of(1)),
      ref('weights-1', Uint8Array.of(2, 3)),
    ]),
    items: { count: 3, columns: refs.columns, details: refs.details },
    index: {
      type: 'hnsw',
      dimension: 2,
      metric: 'cosine',
      centre: null,
      calibration: { match: 0, related: 0 },
      vectors: refs.vectors,
      graph: writeGraphShards(graph).map((bytes, i) => ref(`graph-${i}`, bytes)),
      ...index,
    },
    archive: refs.archive,
    cut: { vectors: 1, columns: 1, details: 1 },
  };
  const read = vi.fn<BundleSource['read']>(
    async ({ file }) => all.get(file) ?? Promise.reject(new Error(`no ${file}`)),
  );
  const source: BundleSource = { where: 'shop/bundle', manifest: async () => manifest, read };
  return { bundle: await Bundle.open(source), read, all };
}

describe('a bundle', () => {
  test('gives what its files hold, in order', async () => {
    const { bundle } = await openBundle();
    expect(bundle.count).toBe(3);
    expect(await bundle.columns()).toEqual([
      { id: 'a', group: 'g', attributes: { colour: 'red' } },
      { id: 'b', group: 'g' },
      { id: 'c' },
    ]);
    expect(await bundle.items()).toEqual(items);
    expect(await bundle.vectors()).toEqual(vectors);
    expect(await bundle.graph()).toEqual(graph);
    expect(await bundle.weights()).toEqual([Uint8Array.of(1), Uint8Array.of(2, 3)]);
    expect(bundle.space.centre).toBeNull();
    const archive = [];
    for await (const rows of bundle.archive()) archive.push(rows);
    expect(archive).toEqual([
      { ids: ['a', 'b'], halves: floatsToHalves(Float32Array.of(0.5, 0, 0, 0.5)) },
      { ids: ['c'], halves: floatsToHalves(Float32Array.of(-0.5, 0)) },
    ]);
  });

  test('has a centre where the manifest has one', async () => {
    const centre = Float32Array.of(0.25, -3);
    const { bundle } = await openBundle({ index: { centre: encodeFloats(centre) } });
    expect(bundle.space.centre).toEqual(centre);
  });

  test('may be without a graph', async () => {
    const { bundle } = await openBundle();
    const { graph: _graph, ...index } = bundle.manifest.index as { graph?: unknown };
    const flat = { ...bundle.manifest, index: { ...index, type: 'flat' } };
    const read = async () => new Uint8Array();
    const opened = await Bundle.open({ where: 'b', manifest: async () => flat, read });
    expect(await opened.graph()).toBeNull();
  });

  const again = 'Build the bundle again.';
  test.each([
    ['out of order', ['b', 'a', 'c']],
    ['twice', ['a', 'a', 'c']],
  ])('refuses items %s', async (_, ids) => {
    const { bundle } = await openBundle({
      columns: writeColumns(
        ids.map((id) => ({ id })),
        ONE,
      ),
    });
    await expect(bundle.columns()).rejects.toThrow(
      'shop/bundle: item 1 ("a") does not come after the one before it; items are sorted by id. Build',
    );
  });

  test('items out of order across two files, too', async () => {
    const columns = writeColumns([{ id: 'a' }, { id: 'c' }, { id: 'b' }], TWO);
    const { bundle } = await openBundle({ columns });
    await expect(bundle.columns()).rejects.toThrow('item 2 ("b") does not come after');
  });

  test('refuses a manifest in its own words', async () => {
    await expect(openBundle({ index: { type: 'tree' } })).rejects.toThrow(
      'shop/bundle/manifest.json: "index.type" must be',
    );
  });

  test.each([
    ['a page', encodeUtf8('<!doctype html>')],
    ['a cut object', json({ id: ['c'] }).subarray(0, 9)],
    ['no UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
  ])('refuses columns and details that are %s', async (_, bytes) => {
    const broken = { bytes, first: 2, rows: 1 };
    const { columns, details } = files() as unknown as Record<string, [RowBytes, RowBytes]>;
    const error = (file: string) => ({
      name: 'BundleError',
      message: expect.stringMatching(
        new RegExp(`^shop/bundle/${file}: is not JSON \\(.+\\)\\. ${again}$`, 's'),
      ),
      cause: expect.any(Error),
    });
    const first = await openBundle({ columns: [columns?.[0] as RowBytes, broken] });
    await expect(first.bundle.columns()).rejects.toMatchObject(error('columns-1'));
    const second = await openBundle({ details: [details?.[0] as RowBytes, broken] });
    await expect(second.bundle.items()).rejects.toMatchObject(error('details-1'));
  });

  test('refuses files with other rows than the manifest says', async () => {
    const wrong = (list: readonly RowBytes[]) =>
      list.map(({ bytes }) => bytes).map((bytes) => ({ bytes, first: 0, rows: 3 }));
    const [columns, details, two, archive] = [
      wrong(writeColumns(items.slice(0, 2), [[0, 2]])),
      wrong(writeDetails(items.slice(0, 2), [[0, 2]])),
      wrong(writeVectors(vectors, 2, [[0, 2]])),
      wrong(writeArchive({ ids: ['a', 'b'], vectors }, 2, [[0, 2]])),
    ];
    const { bundle } = await openBundle({ columns, details, vectors: two, archive });
    await expect(bundle.columns()).rejects.toThrow('columns-0: "id" must be a list of 3 texts.');
    await expect(bundle.details.all()).rejects.toThrow('"image" must be a list of 3 texts.');
    await expect(bundle.vectors()).rejects.toThrow('it has 2 rows, the manifest says 3.');
    await expect(bundle.archive().next()).rejects.toThrow('it has 2 rows, the manifest says 3.');
  });

  test('names the broken file', async () => {
    const [first] = files().vectors;
    const broken = { bytes: new Uint8Array(99), first: 2, rows: 1 };
    const { bundle } = await openBundle({ vectors: [first as RowBytes, broken] });
    await expect(bundle.vectors()).rejects.toThrow('shop/bundle/vectors-1: not a Soutu file');
    const swapped = await openBundle({ archive: writeVectors(vectors, 2, ONE) });
    await expect(swapped.bundle.archive().next()).rejects.toThrow(
      'shop/bundle/archive-0: holds "vectors", expected "archive".',
    );
  });

  test('what the source throws comes through', async () => {
    const { bundle } = await openBundle({
      index: { graph: [{ file: 'gone', bytes: 1, sha256: '00'.repeat(32) }] },
    });
    await expect(bundle.graph()).rejects.toThrow('no gone');
  });
});

describe('details', () => {
  test('a file is read for the rows that are asked for, and once', async () => {
    const { bundle, read } = await openBundle();
    const asked = () => read.mock.calls.map(([{ file }]) => file);
    expect(await bundle.details.of([])).toEqual([]);
    expect(asked()).toEqual([]);
    expect(await bundle.details.of([2])).toEqual([
      { image: 'c.jpg', thumb: 'thumbs/c.webp', thumbSize: [3, 4] },
    ]);
    expect(asked()).toEqual(['details-1']);
    const [b, a, c] = await bundle.details.of([1, 0, 2]);
    expect([b?.image, a?.image, c?.image]).toEqual(['b.jpg', 'a.jpg', 'c.jpg']);
    await bundle.details.all();
    expect(asked()).toEqual(['details-1', 'details-0']);
  });

  test('a file that could not be read is read again', async () => {
    const { bundle, all } = await openBundle();
    const bytes = all.get('details-0') as Uint8Array;
    all.delete('details-0');
    await expect(bundle.details.of([0])).rejects.toThrow('no details-0');
    all.set('details-0', bytes);
    expect((await bundle.details.of([0]))[0]?.image).toBe('a.jpg');
  });
});
