/**
 * The model specification: everything an engine needs to turn a photo into a vector.
 *
 * The family `vgg-stack` follows VGG (Simonyan & Zisserman 2014, arXiv 1409.1556): blocks of 3×3 convolutions
 * (padding 1) with bias and ReLU, a 2×2 max-pool between the blocks, then global pooling, projection and L2
 * normalisation. The family `onnx` is any image encoder in an ONNX file; only ONNX Runtime can run it. The family
 * `phash` has no weights: the vector is the photo's perceptual hash (image/perceptual-hash.ts), so only copies are near.
 *
 *     photo ─┬─ view 1 ─ layers ─ pooling ─ projection ─ L2 ─┐
 *            ├─ view 2 ─ layers ─ pooling ─ projection ─ L2 ─┴─ sum ─ L2 ─┐
 *            └─ colours: 49 numbers of unit length × weight ──────────────┴─ L2 ─ vector [dimension]
 *
 * Views (`input.views`) and `colour` are optional in both families. A model without them embeds the whole photo once.
 * Views may differ in size, which an ONNX file must allow. These fields of `vgg16-lite` can be used in any `model.json`:
 *
 *     "version": 2                            release of the model under its name
 *     "pooling": "rgem"                       or "max", "avg", "rmac"; of an ONNX file: "graph": { "pooling" }
 *     "dimension": 305                        256 of the projection and 49 of the colours
 *     "input": {
 *       "width": 128, "height": 128           size of a view that names none
 *       "views": [                            share of width and height, around the centre
 *         { "window": 1 },
 *         { "window": 0.8, "width": 160, "height": 160 },
 *         { "window": 1, "turns": 1 }         of the photo rotated by 90° clockwise
 *       ],
 *       "reduce": "box" …                     large photos are averaged over whole pixels first
 *     }
 *     "colour": { "histogram": "lab-7x7", "weight": 0.3, "greyAbove": 0.97, … }
 */

import { describe } from '../describe.ts';
import { SoutuError } from '../errors.ts';
import { type FileRef, isFileRef } from '../file-ref.ts';
import { COLOUR_NUMBERS } from '../image/colour.ts';
import { HASH_BITS } from '../image/hash-distance.ts';
import { type ColourSpec, checkColour } from './colour-spec.ts';
import {
  checkInput,
  type InputSpec,
  isCount,
  mustBeOneOf,
  type Refuse,
  viewsOf,
} from './input-spec.ts';
import { layersOf, tensorsOf } from './layers.ts';

/** A small picture and its expected embedding. Every device that loads the model checks it. */
export interface Canary {
  readonly width: number;
  readonly height: number;
  /** Base64 of width × height × 3 bytes, RGB. */
  readonly rgb: string;
  /** Base64 of little-endian f32; as many numbers as the model's dimension. */
  readonly vector: string;
  readonly minCosine: number;
}

/**
 * Global pooling of the last feature map: the maximum or mean of each channel; or regional: `rmac` takes the maxima of
 * regions on three scales, projects and normalises each, then sums them (Tolias, Sicre & Jégou 2016, arXiv
 * 1511.05879). `rgem` does so with the generalised mean of power 3, the cube root of the mean of cubes, instead of the
 * maximum (Radenović, Tolias & Chum 2018, arXiv 1711.02512).
 */
export type Pooling = (typeof POOLINGS)[number];

export const POOLINGS = ['max', 'avg', 'rmac', 'rgem'] as const;

/** Whether pooling, projection and L2 are done region by region, which is our own code in every engine. */
export const isRegional = (pooling: Pooling) => pooling === 'rmac' || pooling === 'rgem';

/** Safetensors with f32, f16, or int8 with scales; or our entropy-coded container (see packed.ts). */
export type WeightsDtype = 'F32' | 'F16' | 'I8' | 'packed';

interface ModelBase {
  readonly name: string;
  /** Release of the model under its name; default 1. */
  readonly version?: number;
  readonly normalize: 'l2';
  /** Count of numbers of the vector, colours included. */
  readonly dimension: number;
  readonly input: InputSpec;
  /** Version of the preprocessing arithmetic. Vectors of different versions must not be compared. */
  readonly preprocessing: 1;
  /** Colours as a part of the vector; default none. */
  readonly colour?: ColourSpec;
  readonly licence: string;
  readonly attribution: string;
  readonly canary: Canary | null;
}

export interface VggSpec extends ModelBase {
  readonly family: 'vgg-stack';
  /** Output channels of each convolution, block by block. */
  readonly widths: readonly (readonly number[])[];
  readonly finalPool: '2x2' | 'none';
  readonly pooling: Pooling;
  readonly projection: { readonly in: number; readonly out: number; readonly bias: boolean } | null;
  /** No tensor is split across files. */
  readonly weights: { readonly dtype: WeightsDtype; readonly files: readonly FileRef[] };
}

export interface OnnxSpec extends ModelBase {
  readonly family: 'onnx';
  readonly graph: {
    /** Names of the input (f32, batch 1) and of the embedding output. */
    readonly input: string;
    readonly output: string;
    /** Axis order of the input; default `NCHW`. */
    readonly layout?: 'NCHW' | 'NHWC';
    /** Only if the output is a feature map [1, channels, h, w] instead of a vector. */
    readonly pooling?: Pooling;
  };
  /** The ONNX file. A large file is split into pieces, listed in order. */
  readonly weights: { readonly dtype: 'onnx'; readonly files: readonly FileRef[] };
}

export interface HashSpec extends ModelBase {
  readonly family: 'phash';
  readonly colour?: never;
  readonly weights: { readonly dtype: 'none'; readonly files: readonly FileRef[] };
}

export type ModelSpec = VggSpec | OnnxSpec | HashSpec;

const DTYPES: Readonly<Record<ModelSpec['family'], readonly string[]>> = {
  'vgg-stack': ['F32', 'F16', 'I8', 'packed'],
  onnx: ['onnx'],
  phash: ['none'],
};

/** Upper limit: 1 GiB as f32. VGG16 has 14.7 million weights. */
const MAX_NUMBERS = 2 ** 28;
const MAX_LAYERS = 1000;
const MAX_DIMENSION = 2 ** 16;
const MAX_CANARY_SIDE = 512;

/** Count of numbers of the vector before colours are added. */
export function featureDimension({
  dimension,
  colour,
}: Pick<ModelSpec, 'dimension' | 'colour'>): number {
  return dimension - (colour ? COLOUR_NUMBERS : 0);
}

/** Returns the same model with other weight file names. */
export function withFiles(spec: ModelSpec, files: readonly FileRef[]): ModelSpec {
  switch (spec.family) {
    case 'onnx':
      return { ...spec, weights: { ...spec.weights, files } };
    case 'phash':
      return { ...spec, weights: { ...spec.weights, files } };
    case 'vgg-stack':
      return { ...spec, weights: { ...spec.weights, files } };
  }
}

/** Whether two models produce the same vectors: everything except the file names must match. */
export function isSameModel(a: ModelSpec, b: ModelSpec): boolean {
  return modelContent(a) === modelContent(b);
}

/** Everything that vectors depend on, as a text: the whole specification without the file names. */
export function modelContent(spec: ModelSpec): string {
  const files = spec.weights.files.map((ref) => ({ ...ref, file: '' }));
  return JSON.stringify(withFiles(spec, files));
}

/**
 * Validates a model specification from `model.json` or a manifest.
 * @param where the file's name, for errors
 * @throws SoutuError `ModelError` that names the field
 */
export function parseModelSpec(raw: unknown, where: string): ModelSpec {
  const bad: Refuse = (field, expected, got) => {
    throw new SoutuError(
      'ModelError',
      `${where}: "${field}" must be ${expected}, got ${describe(got)}. ` +
        'Make the model again with this version of Soutu, or update Soutu.',
    );
  };
  if (typeof raw !== 'object' || raw === null) return bad('model', 'an object', raw);
  const spec = raw as ModelSpec;
  if (typeof spec.name !== 'string' || spec.name === '') bad('name', 'a text', spec.name);
  mustBeOneOf(bad, 'family', spec.family, ['vgg-stack', 'onnx', 'phash']);
  mustBeOneOf(bad, 'normalize', spec.normalize, ['l2']);
  if (!isCount(spec.dimension) || spec.dimension > MAX_DIMENSION) {
    bad('dimension', `a whole number from 1 to ${MAX_DIMENSION}`, spec.dimension);
  }
  if (spec.version !== undefined && !isCount(spec.version)) {
    bad('version', 'a whole number from 1', spec.version);
  }
  if (spec.colour !== undefined) checkColour(spec.colour, spec.dimension, bad);
  if (spec.family === 'onnx') checkGraph(spec, bad);
  else if (spec.family === 'vgg-stack') checkStack(spec, bad);
  else if (spec.dimension !== HASH_BITS) bad('dimension', String(HASH_BITS), spec.dimension);
  for (const field of ['licence', 'attribution'] as const) {
    if (typeof spec[field] !== 'string') bad(field, 'a text', spec[field]);
  }
  if (spec.canary != null && !isCanary(spec.canary, spec.dimension)) {
    bad('canary', 'a picture with its vector and a minCosine', spec.canary);
  }
  checkInput(spec.input, bad);
  if (spec.family === 'vgg-stack') checkPools(spec, bad);
  mustBeOneOf(bad, 'preprocessing', spec.preprocessing, [1]);
  mustBeOneOf(bad, 'weights.dtype', spec.weights?.dtype, DTYPES[spec.family]);
  const files: unknown = spec.weights?.files;
  const isEmpty = Array.isArray(files) && files.length === 0;
  if (!Array.isArray(files) || isEmpty !== (spec.family === 'phash') || !files.every(isFileRef)) {
    bad('weights.files', 'a list of { file, bytes, sha256 }', files);
  }
  const canary = spec.canary ?? null;
  if (spec.family !== 'vgg-stack') return { ...spec, canary };
  return { ...spec, projection: spec.projection ?? null, canary };
}

function checkStack(spec: VggSpec, bad: Refuse): void {
  const widths: unknown = spec.widths;
  if (
    !Array.isArray(widths) ||
    widths.length === 0 ||
    !widths.every((block) => Array.isArray(block) && block.length > 0 && block.every(isCount))
  ) {
    bad('widths', 'a list of blocks of channel counts', widths);
  }
  mustBeOneOf(bad, 'finalPool', spec.finalPool, ['2x2', 'none']);
  mustBeOneOf(bad, 'pooling', spec.pooling, POOLINGS);
  const last = spec.widths.at(-1)?.at(-1) ?? 0;
  const features = featureDimension(spec);
  const less = spec.colour ? ` less ${COLOUR_NUMBERS} for colours` : '';
  if (spec.projection) {
    if (spec.projection.in !== last)
      bad('projection.in', `the last width, ${last}`, spec.projection.in);
    if (spec.projection.out !== features) {
      bad('projection.out', `the dimension${less}, ${features}`, spec.projection.out);
    }
  } else if (features !== last) {
    const more = spec.colour ? ` and ${COLOUR_NUMBERS} for colours` : '';
    bad('dimension', `the last width${more}, ${last + spec.dimension - features}`, spec.dimension);
  }
  if (spec.projection && typeof spec.projection.bias !== 'boolean') {
    bad('projection.bias', 'true or false', spec.projection.bias);
  }
  if (spec.widths.flat().length > MAX_LAYERS) {
    bad('widths', `a stack of at most ${MAX_LAYERS} convolutions`, widths);
  }
  if (numbersOf(spec) > MAX_NUMBERS) {
    bad('widths', `a stack of at most ${MAX_NUMBERS} weights`, widths);
  }
}

/** Each pool halves both sides; the last map must have at least one pixel. */
function checkPools(spec: VggSpec, bad: Refuse): void {
  const side = Math.min(...viewsOf(spec.input).flatMap(({ width, height }) => [width, height]));
  const most = Math.floor(Math.log2(side));
  const pools = layersOf(spec).filter(({ kind }) => kind === 'max-pool').length;
  if (pools > most) bad('widths', `blocks with at most ${most} pools for this input`, spec.widths);
}

function numbersOf(spec: VggSpec): number {
  const sizes = tensorsOf(spec).map(({ shape }) => shape.reduce((product, n) => product * n, 1));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function checkGraph({ graph }: OnnxSpec, bad: Refuse): void {
  for (const field of ['input', 'output'] as const) {
    const name: unknown = graph?.[field];
    if (typeof name !== 'string' || name === '') bad(`graph.${field}`, 'a name', name);
  }
  mustBeOneOf(bad, 'graph.layout', graph.layout ?? 'NCHW', ['NCHW', 'NHWC']);
  if (graph.pooling !== undefined) {
    mustBeOneOf(bad, 'graph.pooling', graph.pooling, POOLINGS);
  }
}

function isCanary(canary: Partial<Canary>, dimension: number): boolean {
  const { width, height, rgb, vector, minCosine } = canary;
  const sides = [width, height].every((side) => isCount(side) && side <= MAX_CANARY_SIDE);
  return (
    sides &&
    isBase64(rgb, (width as number) * (height as number) * 3) &&
    isBase64(vector, dimension * 4) &&
    typeof minCosine === 'number' &&
    minCosine >= -1 &&
    minCosine <= 1
  );
}

/** Whether a string is base64 of exactly this many bytes. */
function isBase64(text: unknown, bytes: number): boolean {
  // Check the length first: V8 cannot match a regular expression against many megabytes.
  if (typeof text !== 'string' || text.length !== Math.ceil(bytes / 3) * 4) return false;
  const padding = (3 - (bytes % 3)) % 3;
  return (
    /^[A-Za-z0-9+/]*$/.test(text.slice(0, text.length - padding)) &&
    text.endsWith('='.repeat(padding))
  );
}
