/** Photos embedded in four rotations: the vector is the same however the photo is turned. */
import { expect, test } from 'vitest';
import type { RgbaImage } from '../../src/core/image/pixels.ts';
import { turnPixels } from '../../src/core/image/view.ts';
import { withRotations } from '../../src/core/model/input-spec.ts';
import { cosine } from '../../src/core/vector/arithmetic.ts';
import { seededRandom } from '../../src/core/vector/random.ts';
import { createKernelEmbedder } from '../../src/engine/kernel/kernel-embedder.ts';
import { nodeKernelOptions } from '../../src/node/model/embedder/kernel-node.ts';
import { createNodeEmbedder } from '../../src/node/model/embedder/onnx-node.ts';
import { tinyModel } from '../support/tiny-model.ts';

const { input } = tinyModel({}).spec;
const views = [{ window: 1 }, { window: 0.6, width: 48, height: 64 }];
const shape = { pooling: 'rgem', projection: { out: 7, bias: true } } as const;
const upright = { ...shape, input: { ...input, views, reduce: 'box' } } as const;
const rotated = { ...shape, input: withRotations(upright.input) } as const;

const random = seededRandom(12);
const noise = (width: number, height: number): RgbaImage => {
  const data = Uint8Array.from({ length: width * height * 4 }, () => random() * 256);
  return { width, height, data };
};
const TURNS = [0, 1, 2, 3] as const;

test.each(['kernel', 'ONNX Runtime'])(
  '%s: the unit sum over the rotations, and the same for each of them',
  async (engine) => {
    const open = (model: ReturnType<typeof tinyModel>) =>
      engine === 'kernel'
        ? createKernelEmbedder(
            model.spec,
            new Map(model.tensors),
            nodeKernelOptions('deterministic'),
          )
        : createNodeEmbedder(model.spec, [model.file]);
    const plain = await open(tinyModel(upright));
    const turning = await open(tinyModel(rotated));
    // The second one is so large that it is reduced first.
    for (const photo of [noise(40, 30), noise(400, 330)]) {
      const vector = await turning.embed(photo);
      const each = await Promise.all(TURNS.map((turns) => plain.embed(turnPixels(photo, turns))));
      const sum = vector.map((_, i) => each.reduce((total, one) => total + (one[i] as number), 0));
      // Each view has unit length, so the plain embeddings, sums of two, weigh almost the same.
      expect(cosine(vector, sum)).toBeGreaterThan(0.999);
      const [first, second] = each as [Float32Array, Float32Array];
      expect(Math.max(...first.map((x, i) => Math.abs(x - (second[i] as number))))).toBeGreaterThan(
        1e-4,
      );
      for (const turns of TURNS) {
        const got = await turning.embed(turnPixels(photo, turns));
        for (const [i, value] of got.entries()) expect(value).toBeCloseTo(vector[i] as number, 5);
      }
    }
    const windows: number[] = [];
    await turning.embed(noise(40, 30), undefined, (_, window) => windows.push(window));
    expect(windows, 'feature maps of the photo as it is').toEqual([1, 0.6]);
    await Promise.all([plain.dispose(), turning.dispose()]);
  },
);

test('rotated views are of the photo as it is, once', () => {
  expect(withRotations(rotated.input)).toEqual(rotated.input);
  expect(rotated.input.views).toHaveLength(8);
});
