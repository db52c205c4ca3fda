import { describe, expect, test } from 'vitest';
import { isFileRef } from '../../../src/core/file-ref.ts';
import { isSameModel, parseModelSpec } from '../../../src/core/model/spec.ts';

const sha256 = 'ab'.repeat(32);
const spec = () => ({
  name: 'tiny',
  family: 'vgg-stack',
  widths: [[4, 4], [8]],
  finalPool: '2x2',
  pooling: 'max',
  projection: { in: 8, out: 3, bias: true },
  normalize: 'l2',
  dimension: 3,
  input: {
    width: 32,
    height: 512,
    resize: 'stretch',
    filter: 'bilinear-antialias',
    channels: 'BGR',
    mean: [103.9, 116.8, 123.7],
    scale: [1, 1, 1],
  },
  preprocessing: 1,
  weights: { dtype: 'F16', files: [{ file: 'w/a.safetensors', bytes: 5, sha256 }] },
  licence: 'MIT',
  attribution: 'us',
  canary: null,
});

const CANARY = { width: 1, height: 1, rgb: 'AAAA', vector: 'AAAAAAAAAAAAAAAA', minCosine: 0.99 };

/** The specification with one field, at a path of names, set to something else. */
function withField(path: string, value: unknown): object {
  const raw = spec();
  const names = path.split('.');
  const last = names.pop() as string;
  let at: Record<string, unknown> = raw;
  for (const name of names) at = at[name] as Record<string, unknown>;
  at[last] = value;
  return raw;
}

describe('the specification of a model', () => {
  test('passes unchanged', () => {
    expect(parseModelSpec(spec(), 'm')).toEqual(spec());
  });

  test('passes with a canary', () => {
    expect(parseModelSpec({ ...spec(), canary: CANARY }, 'm')).toMatchObject({ canary: CANARY });
  });

  test('may leave out projection and canary', () => {
    const { projection: _, canary: __, ...raw } = { ...spec(), dimension: 8 };
    expect(parseModelSpec(raw, 'm')).toEqual({ ...raw, projection: null, canary: null });
  });

  test.each<[string, unknown, string]>([
    ['name', '', 'a text, got "".'],
    ['name', 7, 'a text, got 7.'],
    ['family', 'resnet', '"vgg-stack" or "onnx" or "phash", got "resnet".'],
    ['widths', [], 'a list of blocks of channel counts, got [].'],
    ['widths', [[8], []], 'a list of blocks of channel counts, got [[8],[]].'],
    ['widths', [[8.5]], 'a list of blocks of channel counts, got [[8.5]].'],
    ['widths', [8], 'a list of blocks of channel counts, got [8].'],
    ['finalPool', undefined, '"2x2" or "none", got nothing.'],
    ['pooling', 'gem', '"max" or "avg" or "rmac" or "rgem", got "gem".'],
    ['normalize', 'none', '"l2", got "none".'],
    ['dimension', 0, 'a whole number from 1 to 65536, got 0.'],
    ['dimension', '3', 'a whole number from 1 to 65536, got "3".'],
    ['dimension', 65537, 'a whole number from 1 to 65536, got 65537.'],
    [
      'widths',
      [[8], [2 ** 24], [8]],
      'a stack of at most 268435456 weights, got [[8],[16777216],[8]].',
    ],
    [
      'widths',
      [[1], [1], [1], [1], [1], [8]],
      'blocks with at most 5 pools for this input, got [[1],[1],[1],[1],[1],[8]].',
    ],
    ['projection.in', 9, 'the last width, 8, got 9.'],
    ['projection.out', 4, 'the dimension, 3, got 4.'],
    ['version', 0, 'a whole number from 1, got 0.'],
    ['input.views', [], 'a list of 1 to 16 views, got [].'],
    ['input.views', 'centre', 'a list of 1 to 16 views, got "centre".'],
    ['input.reduce', 'half', '"none" or "box", got "half".'],
    ['colour', null, 'an object { histogram, weight, illuminant, greyAbove }, got null.'],
    ['input.width', 31, 'a whole number from 32 to 512, got 31.'],
    ['input.height', 513, 'a whole number from 32 to 512, got 513.'],
    ['input.width', 64.5, 'a whole number from 32 to 512, got 64.5.'],
    ['input.resize', 'crop', '"stretch", got "crop".'],
    ['input.filter', 'bicubic', '"bilinear-antialias" or "nearest", got "bicubic".'],
    ['input.exif', 'maybe', '"applied" or "ignored", got "maybe".'],
    ['input.icc', 'off', '"applied" or "ignored", got "off".'],
    ['input.alpha', 'black', '"over-white" or "dropped", got "black".'],
    ['input.channels', 'GBR', '"RGB" or "BGR", got "GBR".'],
    ['input.mean', [1, 2], 'three numbers, got [1,2].'],
    ['input.scale', [1, 2, '3'], 'three numbers, got [1,2,"3"].'],
    ['input.scale', [1, Number.POSITIVE_INFINITY, 1], 'three numbers, got [1,null,1].'],
    ['preprocessing', 2, '1, got 2.'],
    ['weights.dtype', 'BF16', '"F32" or "F16" or "I8" or "packed", got "BF16".'],
    ['weights.files', [], 'a list of { file, bytes, sha256 }, got [].'],
    [
      'weights.files',
      [{ file: '../w' }],
      'a list of { file, bytes, sha256 }, got [{"file":"../w"}].',
    ],
  ])('refuses %s %j', (path, value, words) => {
    const parse = () => parseModelSpec(withField(path, value), 'b/model.json');
    const message =
      `b/model.json: "${path}" must be ${words} ` +
      'Make the model again with this version of Soutu, or update Soutu.';
    expect(parse).toThrow(expect.objectContaining({ name: 'ModelError', message }));
  });

  const colour = { histogram: 'lab-7x7', weight: 0.3, illuminant: 'none', greyAbove: 0.97 };
  test.each<[object, string]>([
    [{ window: 0 }, '"input.views[1].window" must be a number above 0, at most 1, got 0.'],
    [{ window: 1.5 }, '"input.views[1].window" must be a number above 0, at most 1, got 1.5.'],
    [{ window: 1, turns: 4 }, '"input.views[1].turns" must be 0 or 1 or 2 or 3, got 4.'],
    [{}, '"input.views[1].window" must be a number above 0, at most 1, got nothing.'],
    [
      { window: 1, width: 600 },
      '"input.views[1].width" must be a whole number from 32 to 512, got 600.',
    ],
  ])('refuses the view %j', (view, words) => {
    const parse = () => parseModelSpec(withField('input.views', [{ window: 1 }, view]), 'm');
    expect(parse).toThrow(words);
  });

  test.each<[object, string]>([
    [{ weight: -0.1 }, '"colour.weight" must be a number from 0 to 1, got -0.1.'],
    [{ weight: '1' }, '"colour.weight" must be a number from 0 to 1, got "1".'],
    [{ greyAbove: 0 }, '"colour.greyAbove" must be a number above 0, at most 1, got 0.'],
    [{ histogram: 'rgb' }, '"colour.histogram" must be "lab-7x7", got "rgb".'],
    [{ illuminant: 'sun' }, '"colour.illuminant" must be "none" or "half-grey-world", got "sun".'],
    [{}, '"dimension" must be more than the 49 numbers of the colours, got 3.'],
  ])('refuses colours with %j', (part, words) => {
    const parse = () => parseModelSpec({ ...spec(), colour: { ...colour, ...part } }, 'm');
    expect(parse).toThrow(words);
  });

  test('colours count for the dimension', () => {
    const with49 = { ...spec(), colour, dimension: 52 };
    expect(parseModelSpec(with49, 'm')).toMatchObject({ dimension: 52, colour });
    const parse = (fields: object) => () => parseModelSpec({ ...with49, ...fields }, 'm');
    expect(parse({ dimension: 53 })).toThrow(
      '"projection.out" must be the dimension less 49 for colours, 4, got 3.',
    );
    expect(parse({ projection: null })).toThrow(
      '"dimension" must be the last width and 49 for colours, 57, got 52.',
    );
  });

  test('every view must leave something after the pools', () => {
    const views = [{ window: 1 }, { window: 1, width: 32, height: 32 }];
    const input = { ...spec().input, width: 512, height: 512, views };
    const widths = [[1], [1], [1], [1], [1], [1], [8]];
    expect(() => parseModelSpec({ ...spec(), widths, input }, 'm')).toThrow(
      '"widths" must be blocks with at most 5 pools for this input',
    );
  });

  test('another number of views, another version or another weight is another model', () => {
    const plain = parseModelSpec(spec(), 'm');
    const views = [{ window: 1 }, { window: 0.8 }];
    for (const fields of [
      { version: 2 },
      { input: { ...spec().input, views } },
      { input: { ...spec().input, reduce: 'box' } },
      { colour, dimension: 52 },
    ]) {
      expect(isSameModel(plain, parseModelSpec({ ...spec(), ...fields }, 'm'))).toBe(false);
    }
  });

  test.each(['input', 'weights'])('names what is missing without %s', (path) => {
    expect(() => parseModelSpec(withField(path, undefined), 'm')).toThrow(
      path === 'input' ? '"input.width" must be' : '"weights.dtype" must be',
    );
  });

  test('refuses more convolutions than any network has', () => {
    expect(() => parseModelSpec(withField('widths', [Array(1000).fill(1), [8]]), 'm')).toThrow(
      '"widths" must be a stack of at most 1000 convolutions, got [[1,1,',
    );
  });

  test('without a projection the last width is the dimension', () => {
    expect(() => parseModelSpec(withField('projection', null), 'm')).toThrow(
      '"dimension" must be the last width, 8, got 3.',
    );
  });

  test.each<[string, unknown]>([
    ['canary', {}],
    ['canary', { width: 2, height: 2, rgb: 'AAAA', vector: 'AAAA', minCosine: 0.99 }],
    ['canary', 0],
    ['canary', { ...CANARY, rgb: 'A_AA' }],
    ['canary', { ...CANARY, width: 1e15, height: 1e-15 }],
    ['canary', { ...CANARY, minCosine: 2 }],
    ['projection.bias', 'yes'],
    ['licence', { html: 1 }],
    ['attribution', undefined],
  ])('refuses %s %j', (path, value) => {
    const parse = () => parseModelSpec(withField(path, value), 'm');
    expect(parse).toThrow(expect.objectContaining({ name: 'ModelError' }));
  });

  test.each([null, 'vgg', undefined])('refuses %j', (raw) => {
    expect(() => parseModelSpec(raw, 'm')).toThrow('m: "model" must be an object, got');
  });
});

describe('the specification of an ONNX encoder', () => {
  const { widths: _, finalPool: __, pooling: ___, projection: ____, ...base } = spec();
  const onnx = () => ({
    ...base,
    family: 'onnx',
    graph: { input: 'pixel_values', output: 'image_embeds', layout: 'NHWC', pooling: 'avg' },
    weights: { ...base.weights, dtype: 'onnx' },
  });

  test('passes unchanged, layout and pooling left out or not', () => {
    expect(parseModelSpec(onnx(), 'm')).toEqual(onnx());
    const least = { ...onnx(), graph: { input: 'a', output: 'b' } };
    expect(parseModelSpec(least, 'm')).toEqual(least);
  });

  test.each<[object, string]>([
    [{ graph: undefined }, '"graph.input" must be a name, got nothing.'],
    [{ graph: { input: 'a', output: '' } }, '"graph.output" must be a name, got "".'],
    [
      { graph: { input: 'a', output: 'b', layout: 'CHW' } },
      '"graph.layout" must be "NCHW" or "NHWC", got "CHW".',
    ],
    [
      { graph: { input: 'a', output: 'b', pooling: 'cls' } },
      '"graph.pooling" must be "max" or "avg" or "rmac" or "rgem", got "cls".',
    ],
    [{ weights: { ...base.weights, dtype: 'F32' } }, '"weights.dtype" must be "onnx", got "F32".'],
  ])('refuses %j', (part, words) => {
    expect(() => parseModelSpec({ ...onnx(), ...part }, 'm')).toThrow(words);
  });
});

describe('a file reference', () => {
  const ref = { file: 'a.bin', bytes: 0, sha256 };

  test.each(['a', 'a.bin', 'items/0.json', '_a-b.c/d.e', '0'])('may name %s', (file) => {
    expect(isFileRef({ ...ref, file })).toBe(true);
  });

  test.each([
    '',
    '.',
    '..',
    '../x',
    'a/../x',
    'a/..',
    './a',
    '/etc/passwd',
    'a//b',
    'a/',
    '.hidden',
    'a\\b',
    'https://elsewhere.example/x',
    '//elsewhere.example/x',
    'data:text/plain,x',
    'a?b',
    'a#b',
    'a%2e%2e',
    'a b',
    'a\n',
  ])('may not name %j', (file) => {
    expect(isFileRef({ ...ref, file })).toBe(false);
  });

  test.each([
    null,
    'a.bin',
    { ...ref, file: 7 },
    { ...ref, bytes: -1 },
    { ...ref, bytes: 1.5 },
    { ...ref, bytes: '1' },
    { ...ref, sha256: sha256.toUpperCase() },
    { ...ref, sha256: sha256.slice(1) },
    { file: 'a', bytes: 1 },
  ])('is not %j', (value) => {
    expect(isFileRef(value)).toBe(false);
  });
});
