/**
 * The model contract: all that an engine must know to turn a photo into a vector. The family `vgg-stack`
 * is VGG's (Simonyan & Zisserman 2014, arXiv 1409.1556): blocks of 3×3 convolutions (padding 1) with bias
 * and ReLU, a 2×2 max-pool between the blocks, then pooling, projection and L2.
 */

import { SoutuError } from '../errors.ts';
import { describe } from '../item.ts';

/** A file of known content: `file` is relative to the manifest or `model.json` that names it. */
export interface FileRef {
  readonly file: string;
  readonly bytes: number;
  /** lower-case hexadecimal */
  readonly sha256: string;
}

export interface InputSpec {
  readonly width: number;
  readonly height: number;
  /** `stretch`: the whole photo, its proportions given up */
  readonly resize: 'stretch';
  /** A triangle filter whose width grows with the reduction (Pillow's and PyTorch's antialiased bilinear). */
  readonly filter: 'bilinear-antialias';
  readonly channels: 'RGB' | 'BGR';
  /** Subtracted from 0…255, in the order of `channels`. */
  readonly mean: readonly [number, number, number];
  /** Multiplied after the mean is subtracted. */
  readonly scale: readonly [number, number, number];
}

/** One small picture and the vector it must give: checked wherever the model is loaded. */
export interface Canary {
  readonly width: number;
  readonly height: number;
  /** base64 of width × height × 3 bytes, RGB */
  readonly rgb: string;
  /** base64 of little-endian f32, the model's dimension */
  readonly vector: string;
  readonly minCosine: number;
}

export type WeightsDtype = 'F32' | 'F16' | 'I8';

export interface ModelSpec {
  readonly name: string;
  readonly family: 'vgg-stack';
  /** Output channels of each convolution, block by block. */
  readonly widths: readonly (readonly number[])[];
  readonly finalPool: '2x2' | 'none';
  readonly pooling: 'max' | 'avg';
  readonly projection: { readonly in: number; readonly out: number; readonly bias: boolean } | null;
  readonly normalize: 'l2';
  readonly dimension: number;
  readonly input: InputSpec;
  /** Version of the preprocessing arithmetic; vectors of different versions must not be compared. */
  readonly preprocessing: 1;
  readonly weights: { readonly dtype: WeightsDtype; readonly files: readonly FileRef[] };
  readonly licence: string;
  readonly attribution: string;
  readonly canary: Canary | null;
}

/**
 * Checks a model's specification as it comes from `model.json` or a manifest.
 * @param where names the file in the error
 * @throws SoutuError `ModelError` that names the field
 */
export function parseModelSpec(raw: unknown, where: string): ModelSpec {
  const bad = (field: string, expected: string, got: unknown): never => {
    throw new SoutuError(
      'ModelError',
      `${where}: "${field}" must be ${expected}, got ${describe(got)}. ` +
        'Make the model again with this version of Soutu, or update Soutu.',
    );
  };
  if (typeof raw !== 'object' || raw === null) return bad('model', 'an object', raw);
  const spec = raw as Record<string, unknown> & ModelSpec;
  const isCount = (n: unknown): n is number => Number.isInteger(n) && (n as number) > 0;
  const one = <T>(field: string, value: unknown, allowed: readonly T[]) => {
    if (!allowed.includes(value as T)) bad(field, allowed.map((a) => `"${a}"`).join(' or '), value);
  };
  if (typeof spec.name !== 'string' || spec.name === '') bad('name', 'a text', spec.name);
  one('family', spec.family, ['vgg-stack']);
  const widths: unknown = spec.widths;
  if (
    !Array.isArray(widths) ||
    widths.length === 0 ||
    !widths.every((block) => Array.isArray(block) && block.length > 0 && block.every(isCount))
  ) {
    bad('widths', 'a list of blocks of channel counts', widths);
  }
  one('finalPool', spec.finalPool, ['2x2', 'none']);
  one('pooling', spec.pooling, ['max', 'avg']);
  one('normalize', spec.normalize, ['l2']);
  if (!isCount(spec.dimension)) bad('dimension', 'a whole number above 0', spec.dimension);
  const last = spec.widths.at(-1)?.at(-1) ?? 0;
  if (spec.projection) {
    if (spec.projection.in !== last)
      bad('projection.in', `the last width, ${last}`, spec.projection.in);
    if (spec.projection.out !== spec.dimension) {
      bad('projection.out', `the dimension, ${spec.dimension}`, spec.projection.out);
    }
  } else if (spec.dimension !== last) {
    bad('dimension', `the last width, ${last}`, spec.dimension);
  }
  if (spec.projection && typeof spec.projection.bias !== 'boolean') {
    bad('projection.bias', 'true or false', spec.projection.bias);
  }
  for (const field of ['licence', 'attribution'] as const) {
    if (typeof spec[field] !== 'string') bad(field, 'a text', spec[field]);
  }
  if (spec.canary && !isCanary(spec.canary, spec.dimension)) {
    bad('canary', 'a picture with its vector and a minCosine', spec.canary);
  }
  const input: Partial<InputSpec> = spec.input ?? {};
  for (const side of ['width', 'height'] as const) {
    const value = input[side];
    if (!isCount(value) || value < 32 || value > 512) {
      bad(`input.${side}`, 'a whole number from 32 to 512', value);
    }
  }
  one('input.resize', input.resize, ['stretch']);
  one('input.filter', input.filter, ['bilinear-antialias']);
  one('input.channels', input.channels, ['RGB', 'BGR']);
  for (const field of ['mean', 'scale'] as const) {
    const triple: unknown = input[field];
    if (!Array.isArray(triple) || triple.length !== 3 || !triple.every(Number.isFinite)) {
      bad(`input.${field}`, 'three numbers', triple);
    }
  }
  one('preprocessing', spec.preprocessing, [1]);
  one('weights.dtype', spec.weights?.dtype, ['F32', 'F16', 'I8']);
  const files: unknown = spec.weights?.files;
  if (!Array.isArray(files) || files.length === 0 || !files.every(isFileRef)) {
    bad('weights.files', 'a list of { file, bytes, sha256 }', files);
  }
  return { ...spec, projection: spec.projection ?? null, canary: spec.canary ?? null };
}

function isCanary(canary: Partial<Canary>, dimension: number): boolean {
  const { width, height, rgb, vector, minCosine } = canary;
  if (!Number.isSafeInteger(width) || !Number.isSafeInteger(height)) return false;
  return (
    base64Bytes(rgb) === (width as number) * (height as number) * 3 &&
    base64Bytes(vector) === dimension * 4 &&
    Number.isFinite(minCosine)
  );
}

/** How many bytes a base64 text holds; −1 for anything else. */
function base64Bytes(text: unknown): number {
  if (typeof text !== 'string' || !/^(?:[\w+/]{4})*(?:[\w+/]{2}==|[\w+/]{3}=)?$/.test(text))
    return -1;
  return (text.length / 4) * 3 - (/=*$/.exec(text)?.[0].length ?? 0);
}

export function isFileRef(value: unknown): value is FileRef {
  const ref = value as FileRef | null;
  return (
    typeof ref === 'object' &&
    ref !== null &&
    typeof ref.file === 'string' &&
    typeof ref.sha256 === 'string' &&
    // Only names below the folder: no scheme, no root, no way up.
    /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/.test(ref.file) &&
    Number.isSafeInteger(ref.bytes) &&
    ref.bytes >= 0 &&
    /^[0-9a-f]{64}$/.test(ref.sha256)
  );
}
