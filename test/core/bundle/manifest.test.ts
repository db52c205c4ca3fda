import { describe, expect, test } from 'vitest';
import { filesOf, parseManifest } from '../../../src/core/bundle/manifest.ts';
import { encodeFloats } from '../../../src/core/text.ts';
import { tinyModel } from '../../support/model-spec.ts';

const ref = (file: string) => ({ file, bytes: 9, sha256: '0f'.repeat(32) });

const manifest = () => ({
  format: 'soutu-bundle',
  version: 1,
  model: { ...tinyModel(3, [ref('model/w.safetensors')]) },
  items: [ref('items-0.json'), ref('items-1.json')],
  index: {
    count: 4,
    dimension: 3,
    metric: 'cosine',
    centre: encodeFloats(Float32Array.of(1, 2, 3)),
    calibration: {
      minScore: 0.25,
      percentile: 0.995,
      pairs: 1,
      sameGroupPairs: 0,
      sameGroupAbove: 0,
    },
    vectors: [ref('vectors.bin')],
    graph: [ref('graph.bin')],
  },
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

describe('the manifest', () => {
  test('passes unchanged, without centre and graph too', () => {
    expect(parseManifest(manifest(), 'm')).toEqual(manifest());
    const plain = withField('index', { ...manifest().index, centre: null, graph: [] });
    expect(parseManifest(plain, 'm')).toEqual(plain);
  });

  test('lists every file it names', () => {
    const files = filesOf(parseManifest(manifest(), 'm')).map(({ file }) => file);
    expect(files).toEqual([
      'model/w.safetensors',
      'items-0.json',
      'items-1.json',
      'vectors.bin',
      'graph.bin',
    ]);
  });

  const refs = 'must be a list of { file, bytes, sha256 }, got';
  const update =
    'this reader knows version 1. Update Soutu on the page, or build the bundle again with this version.';
  test.each<[string, unknown, string]>([
    [
      'format',
      undefined,
      'not a bundle of Soutu: "format" is nothing, expected "soutu-bundle". Check the address of the bundle.',
    ],
    ['format', 'other', 'not a bundle of Soutu: "format" is "other", expected "soutu-bundle".'],
    ['version', 2, `the bundle is of version 2, ${update}`],
    ['version', '1', `the bundle is of version "1", ${update}`],
    ['index', undefined, '"index.count" must be a whole number above 0, got nothing.'],
    ['index.count', 0, '"index.count" must be a whole number above 0, got 0.'],
    ['index.count', 2.5, '"index.count" must be a whole number above 0, got 2.5.'],
    ['index.dimension', 4, 'the vectors have 4 numbers, the model gives 3.'],
    ['index.metric', 'l2', '"index.metric" must be "cosine", got "l2".'],
    ['index.centre', encodeFloats(Float32Array.of(1, 2)), '"index.centre" must hold 3 numbers.'],
    ['index.centre', 'no base64!', '"index.centre" must hold 3 numbers.'],
    ['index.centre', undefined, '"index.centre" must hold 3 numbers.'],
    ['index.calibration', null, '"index.calibration.minScore" must be a cosine from -1 to 1'],
    [
      'index.calibration.minScore',
      '0.2',
      '"index.calibration.minScore" must be a cosine from -1 to 1',
    ],
    ['items', [], `"items" ${refs} [].`],
    ['items', {}, `"items" ${refs} {}.`],
    ['index.vectors', [], `"index.vectors" ${refs} [].`],
    ['index.graph', undefined, `"index.graph" ${refs} nothing.`],
    ['index.vectors', [{ ...ref('a'), sha256: '0F' }], `"index.vectors" ${refs} [{"file":"a"`],
    ['items', [ref('ok.json'), ref('../x')], `"items" ${refs}`],
    ['items', [ref('https://elsewhere.example/x.json')], `"items" ${refs}`],
    ['index.graph', [ref('/graph.bin')], `"index.graph" ${refs} [{"file":"/graph.bin"`],
  ])('refuses %s %j', (path, value, words) => {
    const parse = () => parseManifest(withField(path, value), 'b/manifest.json');
    expect(parse).toThrow(expect.objectContaining({ name: 'BundleError' }));
    expect(parse).toThrow(`b/manifest.json: ${words}`);
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
    expect(parse).toThrow('b/manifest.json: "family" must be "vgg-stack" or "onnx", got "resnet".');
    expect(() => parseManifest(withField('model', undefined), 'm')).toThrow(
      '"model" must be an object',
    );
  });
});
