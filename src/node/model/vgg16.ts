/** The original VGG16: its contract, the URLs of its weights, and its authors. */
import { PRESETS } from '../../core/model/input-spec.ts';
import type { VggSpec } from '../../core/model/spec.ts';

/** A model before it has weights. */
export type StackTemplate = Omit<VggSpec, 'weights' | 'canary'>;

export const VGG16: StackTemplate = {
  name: 'vgg16',
  family: 'vgg-stack',
  widths: [
    [64, 64],
    [128, 128],
    [256, 256, 256],
    [512, 512, 512],
    [512, 512, 512],
  ],
  finalPool: '2x2',
  pooling: 'max',
  projection: null,
  normalize: 'l2',
  dimension: 512,
  input: {
    width: 224,
    height: 224,
    resize: 'stretch',
    ...PRESETS.default,
    channels: 'BGR',
    mean: [103.939, 116.779, 123.68],
    scale: [1, 1, 1],
  },
  preprocessing: 1,
  licence: 'CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)',
  attribution:
    'VGG16 (configuration D) by Karen Simonyan and Andrew Zisserman, Visual Geometry Group, University of ' +
    'Oxford: Very Deep Convolutional Networks for Large-Scale Image Recognition, arXiv 1409.1556. Weights ' +
    'trained on ImageNet, ported to Keras by François Chollet; converted to another form by Soutu.',
};

/** The input of torchvision's models: RGB / 255, minus ImageNet's mean, divided by its standard deviation. */
export const TORCHVISION_INPUT: StackTemplate['input'] = {
  ...VGG16.input,
  channels: 'RGB',
  mean: [123.675, 116.28, 103.53],
  scale: [1 / 58.395, 1 / 57.12, 1 / 57.375],
};

export interface Download {
  readonly file: string;
  readonly bytes: number;
  /** lower-case hexadecimal */
  readonly md5: string;
  /** Tried in this order. */
  readonly urls: readonly string[];
}

const NOTOP = 'vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5';

export const VGG16_DOWNLOAD: Download = {
  file: NOTOP,
  bytes: 58_889_256,
  md5: '6d6bbae143d832006294945121d1f1fc',
  urls: [
    `https://storage.googleapis.com/tensorflow/keras-applications/vgg16/${NOTOP}`,
    `https://github.com/fchollet/deep-learning-models/releases/download/v0.1/${NOTOP}`,
  ],
};
