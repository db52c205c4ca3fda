/** The model of `--engine phash`: no weights, only the description that a bundle needs. */
import { HASH_BITS } from '../../core/image/hash-distance.ts';
import type { HashSpec } from '../../core/model/spec.ts';
import type { ModelFiles } from './model-folder.ts';

export const PHASH = 'phash';

const SPEC: HashSpec = {
  name: PHASH,
  family: 'phash',
  version: 1,
  normalize: 'l2',
  dimension: HASH_BITS,
  input: {
    width: 32,
    height: 32,
    resize: 'stretch',
    filter: 'bilinear-antialias',
    channels: 'RGB',
    mean: [0, 0, 0],
    scale: [1, 1, 1],
  },
  preprocessing: 1,
  licence: 'MIT',
  attribution: '',
  canary: null,
  weights: { dtype: 'none', files: [] },
};

export function hashModel(): ModelFiles {
  return { spec: SPEC, weights: [] };
}
