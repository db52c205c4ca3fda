import { describe, expect, test } from 'vitest';
import { parseManifest } from '../../../src/core/bundle/manifest.ts';
import { filesOf, openingFilesOf, searchFilesOf } from '../../../src/core/bundle/manifest-files.ts';
import { encodeFloats } from '../../../src/core/text.ts';
import { tinyModel } from '../../support/model-spec.ts';

const ref = (file: string) => ({ file, bytes: 9, sha256: '0f'.repeat(32) });
const rows = (file: string, first: number, count: number) => ({ ...ref(file), first, rows: count });

const manifest = () => ({
  format: 'soutu-bundle',
  version: 3,
  model: { ...tinyModel(3, [ref('model/w.safetensors')]) },
  items: {
    count: 4,
    attributes: [{ name: 'height', type: 'number', label: { de: 'Höhe' }, unit: 'cm' }],
    columns: [rows('columns.json', 0, 4)],
    details: [rows('details-0.json', 0, 3), rows('details-1.json', 3, 1)],
  },
  index: {
    type: 'hnsw',
    dimension: 3,
    metric: 'cosine',
    centre: encodeFloats(Float32Array.of(1, 2, 3)),
    calibration: { match: 0.25, related: 0.1, matchFrom: 'groups', relatedFrom: 'distractors' },
    vectors: [rows('vectors-0.bin', 0, 2), rows('vectors-1.bin', 2, 2)],
    graph: [ref('graph.bin')],
  },
  archive: [rows('archive.bin', 0, 4)],
  cut: { vectors: 2, columns: 8, details: 3 },
});

/** The manifest with one field, at a path of names, set to something else. */
function withField(path: string, value: unknown): object {
  const raw = manifest();
  const names = path.split('.');
  const last = names.pop() as string;
  let at: Record<string, unknown> = raw;
  for (const name of names) at = at[name] as Record<string, unknown>;
  at[last] = value;
  return raw;
}

function flat(): object {
  const { graph: _graph, ...index } = manifest().index;
  return withField('index', { ...index, type: 'flat', centre: null });
}

const soft = () => ({
  vectors: [rows('soft-0.bin', 0, 2), rows('soft-1.bin', 2, 2)],
  calibration: manifest().index.calibration,
});

function partsIndex() {
  const { graph: _graph, ...index } = manifest().index as Record<string, unknown>;
  const ref = { file: 'parts-1.bin', bytes: 7, sha256: 'ab'.repeat(32) };
  const cold = { bytes: 290_000, requests: 18.5 };
  const measured = { recall10: 0.96, wanted: 0.95, error: 0.01, cold };
  const placed = {
    details: [{ set: '0123456789abcdef', count: 4, rows: 48, bytes: 900 }],
    titles: [],
  };
  const parts = {
    root: ref,
    list: ref,
    files: 30,
    bytes: 9000,
    copies: false,
    ...measured,
    ...placed,
  };
  return { ...index, type: 'parts', vectors: [], parts };
}

describe('the manifest', () => {
  test('passes unchanged, as a flat index without a centre, too', () => {
    expect(parseManifest(manifest(), 'm')).toEqual(manifest());
    expect(parseManifest(flat(), 'm')).toEqual(flat());
    const withSoft = withField('index', { ...manifest().index, soft: soft() });
    expect(parseManifest(withSoft, 'm')).toEqual(withSoft);
  });

  test('an index of codes names the file with what they mean, which visitors need', () => {
    const space = { file: 'space.bin', bytes: 4, sha256: 'a'.repeat(64) };
    const { graph: _, ...index } = manifest().index;
    const withCodes = (codes: unknown) =>
      parseManifest({ ...withField('index', { ...index, type: 'codes', codes }), version: 4 }, 'm');
    const names = searchFilesOf(withCodes({ space, recall10: 0.99, error: 0.001 }));
    expect(names.map(({ file }) => file)).toContain('space.bin');
    const graph = [{ file: 'links.bin', bytes: 4, sha256: 'b'.repeat(64) }];
    const codes = { space, recall10: 0.99, error: 0.001 };
    const linked = (links: unknown) =>
      parseManifest(
        { ...withField('index', { ...index, type: 'codes', codes, graph: links }), version: 4 },
        'm',
      );
    expect(searchFilesOf(linked(graph)).map(({ file }) => file)).toContain('links.bin');
    expect(() => linked([])).toThrow(
      'm: "index.graph" must be a list of { file, bytes, sha256 } with at least one, got ',
    );
    expect(() => withCodes(undefined)).toThrow(
      'm: "index.codes.space" must be { file, bytes, sha256 }, got nothing. Build the bundle again.',
    );
    expect(() => withCodes({ space, recall10: 2, error: 0 })).toThrow(
      'm: "index.codes.recall10" must be a number from 0 to 1, got 2. Build the bundle again.',
    );
  });

  test('lists every file it names; visitors never need the archive', () => {
    const searched = [
      'model/w.safetensors',
      'columns.json',
      'details-0.json',
      'details-1.json',
      'vectors-0.bin',
      'vectors-1.bin',
    ];
    const names = (files: readonly { file: string }[]) => files.map(({ file }) => file);
    const hnsw = parseManifest(manifest(), 'm');
    expect(names(searchFilesOf(hnsw))).toEqual([...searched, 'graph.bin']);
    expect(names(filesOf(hnsw))).toEqual([...searched, 'graph.bin', 'archive.bin']);
    expect(names(filesOf(parseManifest(flat(), 'm')))).toEqual([...searched, 'archive.bin']);
    const withSoft = withField('index', { ...manifest().index, soft: soft() });
    const copies = ['soft-0.bin', 'soft-1.bin'];
    expect(names(searchFilesOf(parseManifest(withSoft, 'm')))).toEqual([
      ...searched,
      'graph.bin',
      ...copies,
    ]);
  });

  const list = 'must be a list of { file, bytes, sha256, first, rows }, got';
  const one = 'must be { file, bytes, sha256, first, rows }, got';
  const again = 'Build the bundle again: soutu build PHOTOS --out DIR';
  const update =
    'this version of Soutu reads versions 3 to 5. Update Soutu on the page, or build the bundle again with this ' +
    'version: soutu build PHOTOS --out DIR';
  const centre = '"index.centre" must be null or 3 finite numbers in base64, got';
  test('an index in parts names its root and its list, and searches open no columns', () => {
    const { items } = manifest();
    const raw = {
      ...withField('index', partsIndex()),
      ...{ version: 5, items: { ...items, details: [] } },
    };
    expect(() => parseManifest({ ...raw, items }, 'm')).toThrow(
      'm: "items.details" must be an empty list for an index in parts, got [',
    );
    const read = parseManifest(raw, 'm');
    const names = (refs: readonly { file: string }[]) => refs.map(({ file }) => file);
    expect(names(openingFilesOf(read))).toContain('parts-1.bin');
    const columns = names(read.items.columns);
    expect(names(openingFilesOf(read)).filter((file) => columns.includes(file))).toEqual([]);
    expect(names(filesOf(read))).toEqual(expect.arrayContaining(columns));
  });

  test.each<[string, unknown, string]>([
    [
      'format',
      undefined,
      'not a bundle of Soutu: "format" is nothing, expected "soutu-bundle". Check the address of the bundle.',
    ],
    ['format', 'other', 'not a bundle of Soutu: "format" is "other", expected "soutu-bundle".'],
    [
      'version',
      1,
      `the bundle has format version 1, this version of Soutu reads versions 3 to 5. ${again}`,
    ],
    [
      'version',
      2,
      `the bundle has format version 2, this version of Soutu reads versions 3 to 5. ${again}`,
    ],
    ['version', 6, `the bundle has format version 6, ${update}`],
    ['version', '2', `the bundle has format version "2", ${update}`],
    ['items', undefined, '"items.count" must be a whole number above 0, got nothing.'],
    ['items.count', 0, '"items.count" must be a whole number above 0, got 0.'],
    ['items.count', 2.5, '"items.count" must be a whole number above 0, got 2.5.'],
    ['index', undefined, '"index.type" must be "flat", "hnsw", "codes" or "parts", got nothing.'],
    ['index.type', 'ivf', '"index.type" must be "flat", "hnsw", "codes" or "parts", got "ivf".'],
    [
      'index.type',
      'parts',
      '"index.graph" belongs to an index of type "hnsw" or "codes", this one is "parts".',
    ],
    [
      'index',
      { ...partsIndex(), parts: { root: 'x' } },
      '"index.parts.root" must be { file, bytes, sha256 }, got "x".',
    ],
    [
      'index',
      { ...partsIndex(), parts: { ...partsIndex().parts, cold: { bytes: 1 } } },
      '"index.parts.cold" must be { bytes, requests }, got {"bytes":1}.',
    ],
    [
      'index',
      { ...partsIndex(), parts: { ...partsIndex().parts, copies: 1 } },
      '"index.parts.copies" must be true or false, got 1.',
    ],
    [
      'index',
      { ...partsIndex(), parts: { ...partsIndex().parts, titles: 1 } },
      '"index.parts.titles" must be a list of { set, count, rows, bytes }, got 1.',
    ],
    [
      'index',
      {
        ...partsIndex(),
        parts: {
          ...partsIndex().parts,
          titles: [{ set: '0123456789abcdef', count: 3, rows: 4, bytes: 9 }],
        },
      },
      '"index.parts.titles" has 3 items, expected none, the 4 of "index.parts.details", or the 0 that were added.',
    ],
    [
      'index',
      { ...partsIndex(), parts: { ...partsIndex().parts, details: [] } },
      '"index.parts.details" has 0 items, "items.count" says 4.',
    ],
    [
      'index',
      { ...partsIndex(), vectors: [1] },
      '"index.vectors" must be an empty list for an index in parts, got [1].',
    ],
    [
      'index.type',
      'flat',
      '"index.graph" belongs to an index of type "hnsw" or "codes", this one is "flat".',
    ],
    ['index.codes', {}, '"index.codes" belongs to an index of type "codes", this one is "hnsw".'],
    ['index.dimension', 4, `"index.dimension" must be the model's, 3, got 4.`],
    ['index.metric', 'l2', '"index.metric" must be "cosine", got "l2".'],
    ['index.centre', encodeFloats(Float32Array.of(1, 2)), `${centre} "AACAPwAAAEA=".`],
    ['index.centre', encodeFloats(Float32Array.of(1, Number.NaN, 3)), `${centre} "AACA`],
    ['index.centre', 'no base64!', `${centre} "no base64!".`],
    ['index.centre', undefined, `${centre} nothing.`],
    ['index.calibration', null, '"index.calibration.match" must be a cosine from -1 to 1, got not'],
    [
      'index.calibration.match',
      '0.2',
      '"index.calibration.match" must be a cosine from -1 to 1, got "0.2".',
    ],
    [
      'index.calibration.related',
      -1.5,
      '"index.calibration.related" must be a cosine from -1 to 1, got -1.5.',
    ],
    [
      'index.calibration.related',
      0.3,
      '"index.calibration.related" must not be above "match", 0.25, got 0.3.',
    ],
    ['index.colourWeight', 1.5, '"index.colourWeight" must be a number from 0 to 1, got 1.5.'],
    ['index.colourWeight', '0.3', '"index.colourWeight" must be a number from 0 to 1, got "0.3".'],
    ['index.neighbours', 0, '"index.neighbours" must be a whole number above 0, got 0.'],
    ['index.soft', null, '"index.soft" must be { vectors, calibration }, got null.'],
    ['index.soft', { ...soft(), vectors: [] }, `"index.soft.vectors" ${list} [].`],
    [
      'index.soft',
      { ...soft(), vectors: [rows('a', 0, 3)] },
      '"index.soft.vectors" ends at row 3, "items.count" says 4.',
    ],
    [
      'index.soft',
      { vectors: soft().vectors },
      '"index.soft.calibration.match" must be a cosine from -1 to 1, got nothing.',
    ],
    [
      'index.soft',
      { ...soft(), edits: [] },
      '"index.soft.edits" must be { count, removed, added }, got [].',
    ],
    [
      'index.soft',
      { ...soft(), edits: { count: 5, removed: [0], added: [] } },
      '"index.soft.vectors" ends at row 4, "index.soft.edits.count" says 5.',
    ],
    ['items.columns', [], `"items.columns" ${list} [].`],
    ['items.details', {}, `"items.details" ${list} {}.`],
    ['archive', undefined, `"archive" ${list} nothing.`],
    ['index.vectors', [null], `"index.vectors[0]" ${one} null.`],
    ['archive', [{ ...rows('a', 0, 4), sha256: '0F' }], `"archive[0]" ${one} {"file":"a"`],
    ['archive', [rows('a', 0, 3), rows('../x', 3, 1)], `"archive[1]" ${one} {"file":"../x"`],
    ['archive', [rows('https://elsewhere.example/x', 0, 4)], `"archive[0]" ${one}`],
    ['archive', [{ ...ref('a'), rows: 4 }], '"archive[0].first" must be 0, where the rows before'],
    ['archive', [ref('a')], '"archive[0].rows" must be a whole number above 0, got nothing.'],
    ['archive', [rows('a', 0, 0)], '"archive[0].rows" must be a whole number above 0, got 0.'],
    [
      'index.vectors',
      [rows('a', 0, 2), rows('b', 3, 1)],
      '"index.vectors[1].first" must be 2, where the rows before it end, got 3.',
    ],
    ['archive', [rows('a', 0, 3)], '"archive" ends at row 3, "items.count" says 4.'],
    ['archive', [rows('a', 0, 2 ** 52)], '"archive" ends at row 4503599627370496, "items.count"'],
    [
      'index.graph',
      [],
      '"index.graph" must be a list of { file, bytes, sha256 } with at least one, got [].',
    ],
    ['index.graph', undefined, '"index.graph" must be a list of { file, bytes, sha256 }'],
    ['index.graph', [ref('/graph.bin')], '"index.graph" must be a list of { file, bytes, sha256 }'],
    ['items.trimmed', 'yes', '"items.trimmed" must be true or false, got "yes".'],
    ['items.attributes', {}, '"items.attributes" must be a list of { name, type }, got {}.'],
    ['items.attributes', [null], '"items.attributes[0].name" must be a text, got nothing.'],
    [
      'items.attributes',
      [{ name: 'a', type: 'date' }],
      '"items.attributes[0].type" must be "text", "number" or "boolean", got "date".',
    ],
    [
      'items.attributes',
      [{ name: 'a', type: 'text', label: { de: 1 } }],
      '"items.attributes[0].label" must be a text, or a text per language, got {"de":1}.',
    ],
    [
      'items.attributes',
      [{ name: 'a', type: 'number', unit: 3 }],
      '"items.attributes[0].unit" must be a text, got 3.',
    ],
    [
      'items.attributes',
      [{ name: 'a', type: 'text', swatch: { red: 'red' } }],
      '"items.attributes[0].swatch" must be { value: "#rrggbb" }, got {"red":"red"}.',
    ],
    [
      'items.attributes',
      [{ name: 'a', type: 'text', levels: false }],
      '"items.attributes[0].levels" must be true or missing, got false.',
    ],
    ['cut', undefined, '"cut.vectors" must be a whole number above 0, got nothing.'],
    ['cut.details', -1, '"cut.details" must be a whole number above 0, got -1.'],
  ])('refuses %s %j', (path, value, words) => {
    const parse = () => parseManifest(withField(path, value), 'b/manifest.json');
    expect(parse).toThrow(expect.objectContaining({ name: 'BundleError' }));
    expect(parse).toThrow(`b/manifest.json: ${words}`);
    const isForeign = path === 'format';
    expect(parse).toThrow(isForeign ? 'Check the address' : /[Bb]uild the bundle again/);
  });

  test.each([null, undefined, 'text', 7])('refuses %j', (raw) => {
    expect(() => parseManifest(raw, 'm')).toThrow("m: expected a bundle's manifest, got");
  });

  test('refuses the list of another program', () => {
    expect(() => parseManifest([{ name: 'x' }], 'm')).toThrow('m: not a bundle of Soutu');
  });

  test('a model that does not fit is the model’s error', () => {
    const parse = () => parseManifest(withField('model.family', 'resnet'), 'b/manifest.json');
    expect(parse).toThrow(expect.objectContaining({ name: 'ModelError' }));
    expect(parse).toThrow(
      'b/manifest.json: "family" must be "vgg-stack" or "onnx" or "phash", got "resnet".',
    );
    expect(() => parseManifest(withField('model', undefined), 'm')).toThrow(
      '"model" must be an object',
    );
  });
});
