/** The user's own ONNX image encoder, with a spec file that describes its input and output. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { describe } from '../../core/describe.ts';
import { SoutuError } from '../../core/errors.ts';
import { type OnnxSpec, parseModelSpec } from '../../core/model/spec.ts';
import { sha256 } from '../files/sha256.ts';
import { makeCanary } from './canary.ts';
import type { ModelFiles } from './model-folder.ts';
import { readJsonObject, readModelFile } from './read-model-file.ts';
import { shardBytes } from './shards.ts';

export const isOnnxFile = (path: string) => path.toLowerCase().endsWith('.onnx');

/**
 * @param specPath default: the same name with `.json`
 * @throws SoutuError `ModelError`
 */
export async function loadOnnxEncoder(path: string, specPath?: string): Promise<ModelFiles> {
  const where = specPath ?? path.replace(/\.onnx$/i, '.json');
  if (!existsSync(where)) {
    throw new SoutuError(
      'ModelError',
      `${path}: no spec file; expected ${where}, or another with --spec: JSON with "dimension", "input" ` +
        '{ width, height, channels, mean, scale } and "graph" { input, output }.',
    );
  }
  const raw = await readJsonObject(where);
  const pieces = shardBytes(await readModelFile(path));
  const spec = encoderSpec(raw, pieces, { path, where });
  return { spec: { ...spec, canary: await makeCanary(spec, pieces) }, weights: pieces };
}

/**
 * Builds the model contract from the few fields of a spec file.
 * @param pieces the ONNX file
 * @throws SoutuError `ModelError` that names the field
 */
export function encoderSpec(
  raw: Readonly<Record<string, unknown>>,
  pieces: readonly Uint8Array[],
  { path, where }: { readonly path: string; readonly where: string },
): OnnxSpec {
  const name = basename(path)
    .replace(/\.onnx$/i, '')
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[.-]+/, '');
  const files = pieces.map((bytes, i) => ({
    file: pieces.length > 1 ? `model-${i + 1}of${pieces.length}.onnx` : 'model.onnx',
    bytes: bytes.length,
    sha256: sha256(bytes),
  }));
  const input = raw.input ?? {};
  if (typeof input !== 'object' || Array.isArray(input)) {
    throw new SoutuError(
      'ModelError',
      `${where}: "input" must be an object { width, height, channels, mean, scale }, got ${describe(input)}.`,
    );
  }
  return parseModelSpec(
    {
      name: name || 'encoder',
      licence: '',
      attribution: '',
      ...raw,
      family: 'onnx',
      normalize: 'l2',
      preprocessing: 1,
      input: { resize: 'stretch', filter: 'bilinear-antialias', channels: 'RGB', ...input },
      weights: { dtype: 'onnx', files },
      canary: null,
    },
    where,
  ) as OnnxSpec;
}
