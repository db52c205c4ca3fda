/** An ONNX image encoder of the user's own, with the spec file that says how it is fed. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { messageOf, SoutuError } from '../../core/errors.ts';
import { type OnnxSpec, parseModelSpec } from '../../core/model/spec.ts';
import { sha256 } from '../files/sha256.ts';
import { makeCanary } from './canary.ts';
import type { ModelFiles } from './model-folder.ts';
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
  let raw: Record<string, unknown>;
  try {
    raw = JSON.parse(await readFile(where, 'utf8'));
  } catch (error) {
    throw new SoutuError('ModelError', `${where}: not JSON: ${messageOf(error)}.`, {
      cause: error,
    });
  }
  const file = await readFile(path).catch((error: unknown) => {
    throw new SoutuError('ModelError', `${path}: cannot be read: ${messageOf(error)}.`, {
      cause: error,
    });
  });
  const pieces = shardBytes(file);
  const name = basename(path)
    .replace(/\.onnx$/i, '')
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[.-]+/, '');
  const files = pieces.map((bytes, i) => ({
    file: pieces.length > 1 ? `model-${i + 1}of${pieces.length}.onnx` : 'model.onnx',
    bytes: bytes.length,
    sha256: sha256(bytes),
  }));
  const spec = parseModelSpec(
    {
      name: name || 'encoder',
      licence: '',
      attribution: '',
      ...raw,
      family: 'onnx',
      normalize: 'l2',
      preprocessing: 1,
      input: {
        resize: 'stretch',
        filter: 'bilinear-antialias',
        channels: 'RGB',
        ...(raw.input as object | undefined),
      },
      weights: { dtype: 'onnx', files },
      canary: null,
    },
    where,
  ) as OnnxSpec;
  return { spec: { ...spec, canary: await makeCanary(spec, pieces) }, weights: pieces };
}
