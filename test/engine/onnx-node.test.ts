/** ONNX Runtime in Node: against plain loops on a tiny model, against PyTorch on the shipped one. */
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { env } from 'onnxruntime-web';
import { describe, expect, test } from 'vitest';
import { writeSafetensors } from '../../src/core/model/safetensors.ts';
import { parseModelSpec, type VggSpec } from '../../src/core/model/spec.ts';
import { decodeFloats } from '../../src/core/text.ts';
import { cosine } from '../../src/core/vector/arithmetic.ts';
import { seededRandom } from '../../src/core/vector/random.ts';
import type { Embedder } from '../../src/engine/embedder.ts';
import { createNodeEmbedder } from '../../src/node/model/embedder/onnx-node.ts';
import { toF32 } from '../../src/node/model/float-tensors.ts';
import { readWithProjection } from '../../src/node/model/import/projection.ts';
import { loadModel } from '../../src/node/model/load.ts';
import { decodePhoto } from '../../src/node/photos/decode.ts';
import { withShared } from '../support/shared.ts';
import { tinyForward, tinyModel } from '../support/tiny-model.ts';

const random = seededRandom(3);
const picture = {
  width: 32,
  height: 32,
  data: Uint8Array.from({ length: 32 * 32 * 4 }, (_, i) => (i % 4 === 3 ? 255 : random() * 256)),
};
const worstOf = (got: ArrayLike<number>, expected: readonly number[]) =>
  Math.max(...expected.map((x, i) => Math.abs(x - (got[i] ?? Number.NaN))));

describe('every shape of the family, against plain loops', () => {
  const { input } = tinyModel({}).spec;
  test.for([
    { name: 'average, no projection', make: () => tinyModel({}) },
    { name: 'max pooling', make: () => tinyModel({ pooling: 'max' }) },
    { name: 'a final 2x2 pool', make: () => tinyModel({ finalPool: '2x2' }) },
    {
      name: 'a final 2x2 pool, then max: VGG16 itself',
      make: () => tinyModel({ finalPool: '2x2', pooling: 'max' }),
    },
    { name: 'BGR', make: () => tinyModel({ input: { ...input, channels: 'BGR' } }) },
    {
      name: 'a projection with bias',
      make: () => tinyModel({ projection: { out: 7, bias: true } }),
    },
    {
      name: 'a projection without bias',
      make: () => tinyModel({ projection: { out: 7, bias: false } }),
    },
    { name: 'f16 weights', make: () => tinyModel({}, 'F16') },
  ])('$name', async ({ make }) => {
    const model = make();
    const embedder = await createNodeEmbedder(model.spec, [model.file]);
    const got = await embedder.embed(picture);
    await embedder.dispose();
    expect(got).toHaveLength(model.spec.dimension);
    expect(worstOf(got, tinyForward(model, picture.data))).toBeLessThan(1e-5);
  });

  test('the oracle tells the shapes apart: no two give the same vector', () => {
    const vectors = [
      tinyModel({}),
      tinyModel({ pooling: 'max' }),
      tinyModel({ finalPool: '2x2' }),
      tinyModel({ input: { ...input, channels: 'BGR' } }),
    ].map((model) => tinyForward(model, picture.data));
    vectors.forEach((a, i) => {
      for (const b of vectors.slice(i + 1)) expect(worstOf(a, b)).toBeGreaterThan(1e-3);
    });
  });
});

describe('weights that do not fit', () => {
  test('a missing tensor is named', async () => {
    const { spec, tensors } = tinyModel({ projection: { out: 7, bias: true } });
    for (const name of ['block2_conv1.weight', 'block1_conv1.bias', 'projection.bias']) {
      const rest = new Map([...tensors].filter(([key]) => key !== name));
      await expect(createNodeEmbedder(spec, [writeSafetensors(rest)])).rejects.toMatchObject({
        name: 'ModelError',
        message: expect.stringContaining(`tensor "${name}" is missing.`),
      });
    }
  });

  test('a tensor of another shape is named with both shapes', async () => {
    const { file } = tinyModel({});
    const { spec } = tinyModel({ widths: [[4], [6, 9]] });
    await expect(createNodeEmbedder(spec, [file])).rejects.toThrow(
      'tensor "block2_conv2.weight" has shape [5,6,3,3], expected [9,6,3,3]',
    );
  });
});

test('two photos asked for at once; after dispose a word instead of an answer', async () => {
  const model = tinyModel({});
  const embedder = await createNodeEmbedder(model.spec, [model.file]);
  const other = { ...picture, data: picture.data.map((x, i) => (i % 4 === 3 ? 255 : 255 - x)) };
  const [a, b] = await Promise.all([embedder.embed(picture), embedder.embed(other)]);
  expect(worstOf(a, tinyForward(model, picture.data))).toBeLessThan(1e-5);
  expect(cosine(a, b)).toBeLessThan(0.9999);
  await embedder.dispose();
  await expect(embedder.embed(picture)).rejects.toThrow('tiny: used after dispose()');
});

test.for([
  { threads: 1, most: 1 },
  { threads: 256, most: availableParallelism() },
  { threads: undefined, most: Math.min(4, availableParallelism()) },
])('$threads threads wanted, $most had: never more than cores', async ({ threads, most }) => {
  const model = tinyModel({});
  const embedder = await createNodeEmbedder(model.spec, [model.file], threads);
  expect(env.wasm.numThreads).toBe(most);
  await embedder.dispose();
});

describe('20 reference vectors of PyTorch', () => {
  async function worstCosine(shared: string, embedder: Embedder): Promise<number> {
    const file = await readFile(`${shared}/models/vgg16-lite/reference.json`, 'utf8');
    const photos = Object.entries<string>(JSON.parse(file).photos);
    expect(photos).toHaveLength(20);
    const cosines: number[] = [];
    for (const [name, vector] of photos) {
      const { image } = await decodePhoto(`${shared}/models/reference/${name}-128.png`);
      cosines.push(cosine(await embedder.embed(image), decodeFloats(vector)));
    }
    await embedder.dispose();
    return Math.min(...cosines);
  }

  withShared('f32 weights: cosine at least 0.99999', async (shared) => {
    const folder = `${shared}/models/vgg16-lite`;
    const card = JSON.parse(await readFile(`${folder}/model.json`, 'utf8'));
    const { file, bytes, sha256 } = card.weights;
    const weights = { dtype: 'F32', files: [{ file, bytes, sha256 }] };
    const raw = { ...card, preprocessing: 1, canary: null, weights };
    const spec = parseModelSpec(raw, 'model.json');
    const embedder = await createNodeEmbedder(spec, [await readFile(`${folder}/${file}`)]);
    expect(await worstCosine(shared, embedder)).toBeGreaterThanOrEqual(0.99999);
  });

  withShared(
    'the shipped packed weights against f32: mean cosine at least 0.997, each at least 0.993',
    async (shared) => {
      const { spec, weights } = await loadModel('vgg16-lite');
      const folder = `${shared}/models/vgg16-lite`;
      const { input, pooling, colour } = spec as VggSpec;
      const { template, floats } = await readWithProjection(
        folder,
        `${folder}/whitened-projection.safetensors`,
        { input, pooling, ...(colour ? { colour } : {}) },
      );
      const file = { file: 'w', bytes: 0, sha256: '0'.repeat(64) };
      const plain = parseModelSpec(
        { ...template, weights: { dtype: 'F32', files: [file] } },
        'f32',
      );
      const [packed, f32] = await Promise.all([
        createNodeEmbedder(spec, weights),
        createNodeEmbedder(plain, [writeSafetensors(toF32(floats))]),
      ]);
      const cosines: number[] = [];
      for (let i = 0; i < 20; i++) {
        const name = String(i).padStart(2, '0');
        const { image } = await decodePhoto(`${shared}/models/reference/${name}-128.png`);
        cosines.push(cosine(await packed.embed(image), await f32.embed(image)));
      }
      await Promise.all([packed.dispose(), f32.dispose()]);
      // What this costs in rankings is measured in test/node/cli/eval-shared.long.test.ts.
      expect(Math.min(...cosines)).toBeGreaterThanOrEqual(0.993);
      expect(cosines.reduce((a, b) => a + b) / 20).toBeGreaterThanOrEqual(0.997);
    },
  );
});
