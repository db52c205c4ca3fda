import { expect, test } from 'vitest';
import type { ModelSpec, VggSpec } from '../../../../src/core/model/spec.ts';
import { multiplicationsOf, planKernel } from '../../../../src/kernel/plan.ts';
import { threadsFor } from '../../../../src/node/model/embedder/thread-count.ts';
import {
  DEFAULT_MODEL,
  folderOfModel,
  readModelSpec,
} from '../../../../src/node/model/model-folder.ts';
import { VGG16 } from '../../../../src/node/model/vgg16.ts';
import { tinyModel } from '../../../support/tiny-model.ts';

const lite = await readModelSpec(await folderOfModel(DEFAULT_MODEL));
const vgg16: VggSpec = {
  ...VGG16,
  name: 'vgg16',
  canary: null,
  weights: { dtype: 'F32', files: [] },
};
const large = { cores: 16, freeBytes: 64e9 };

test.for<{ name: string; spec: ModelSpec; photos: number; machine: typeof large; threads: number }>(
  [
    { name: 'a thread for each core', spec: vgg16, photos: 500, machine: large, threads: 16 },
    { name: 'one for no photo', spec: vgg16, photos: 0, machine: large, threads: 1 },
    {
      name: 'one where another would cost more than it saves',
      spec: lite,
      photos: 45,
      machine: large,
      threads: 1,
    },
    {
      name: 'two as soon as that saves time',
      spec: lite,
      photos: 46,
      machine: large,
      threads: 2,
    },
    { name: 'sooner where the model is large', spec: vgg16, photos: 4, machine: large, threads: 2 },
    { name: 'each with enough to do', spec: vgg16, photos: 7, machine: large, threads: 4 },
    {
      name: 'half of the free memory',
      spec: vgg16,
      photos: 500,
      machine: { cores: 16, freeBytes: 2e9 },
      threads: 2,
    },
    {
      name: 'one where there is nearly none',
      spec: vgg16,
      photos: 500,
      machine: { cores: 16, freeBytes: 1e8 },
      threads: 1,
    },
  ],
)('$name', ({ spec, photos, machine, threads }) => {
  expect(threadsFor(spec, photos, machine)).toBe(threads);
});

test('one for an encoder of ONNX, which has threads of its own', () => {
  const encoder = { ...lite, family: 'onnx' } as unknown as ModelSpec;
  expect(threadsFor(encoder, 5000, large)).toBe(1);
});

test('the work is that of the plan: a plain layer costs 27 a number, F(4×4) 36 for 16 numbers', () => {
  const { spec } = tinyModel({ widths: [[8], [16]] });
  // 32×32×8 numbers, pooled; then 4×4 tiles of 16×16 pixels, or 8×8 of F(2×2) below 14×14.
  expect(multiplicationsOf(planKernel(spec))).toBe(32 * 32 * 27 * 8 + 4 * 4 * 36 * 8 * 16);
});
