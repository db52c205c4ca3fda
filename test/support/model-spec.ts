import type { FileRef } from '../../src/core/file-ref.ts';
import type { ModelSpec } from '../../src/core/model/spec.ts';

/** The least model that is one: a single convolution. */
export const tinyModel = (dimension: number, files: readonly FileRef[]): ModelSpec => ({
  name: 'tiny',
  family: 'vgg-stack',
  widths: [[dimension]],
  finalPool: 'none',
  pooling: 'max',
  projection: null,
  normalize: 'l2',
  dimension,
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
  weights: { dtype: 'F32', files },
  licence: 'MIT',
  attribution: 'us',
  canary: null,
});
