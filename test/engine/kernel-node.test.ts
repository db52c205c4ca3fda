/** The embedder on the kernel in Node: against plain loops, against ONNX Runtime, and where it must refuse. */
import { readFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { EngineError } from '../../src/core/errors.ts';
import { tensorsOf } from '../../src/core/model/layers.ts';
import { readSafetensors } from '../../src/core/model/safetensors.ts';
import type { VggSpec } from '../../src/core/model/spec.ts';
import type { Tensor } from '../../src/core/model/tensor.ts';
import { readWeights } from '../../src/core/model/weights.ts';
import { cosine } from '../../src/core/vector/arithmetic.ts';
import { seededRandom } from '../../src/core/vector/random.ts';
import { createKernelEmbedder } from '../../src/engine/kernel/kernel-embedder.ts';
import { openEmbedder } from '../../src/engine/open-embedder.ts';
import { bestPrecision, type Precision } from '../../src/kernel/binary.ts';
import { Kernel, type KernelOptions } from '../../src/kernel/kernel.ts';
import { planKernel } from '../../src/kernel/plan.ts';
import { planLoading } from '../../src/kernel/weights.ts';
import { nodeEmbedders, openNodeEmbedder } from '../../src/node/model/embedder/embedder-node.ts';
import { nodeKernelOptions } from '../../src/node/model/embedder/kernel-node.ts';
import { createNodeEmbedder } from '../../src/node/model/embedder/onnx-node.ts';
import { loadModel } from '../../src/node/model/load.ts';
import {
  HASH_OF_TWENTY,
  HASH_WITH_COLOURS,
  hashOfTwenty,
  modelOfTwenty,
} from '../kernel/twenty-vectors.ts';
import { type TinyModel, tinyForward, tinyModel } from '../support/tiny-model.ts';
import { photoOf, twoViews, twoViewsForward } from '../support/two-views.ts';

const { input } = tinyModel({}).spec;
const noise = (width: number, height: number, seed = 3) => {
  const random = seededRandom(seed);
  const data = Uint8Array.from({ length: width * height * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : random() * 256,
  );
  return { width, height, data };
};
const picture = noise(32, 32);
const worstOf = (got: ArrayLike<number>, expected: readonly number[]) =>
  Math.max(...expected.map((x, i) => Math.abs(x - (got[i] ?? Number.NaN))));
const kernelOf = (
  { spec, tensors }: { spec: VggSpec; tensors: ReadonlyMap<string, Tensor> },
  options: Partial<KernelOptions> = {},
) =>
  createKernelEmbedder(spec, new Map(tensors), {
    ...nodeKernelOptions(options.precision ?? 'deterministic'),
    ...options,
  });

describe.for<Precision>(['deterministic', 'fast'])('%s: every shape of the family', (precision) => {
  test.for<{ name: string; model: TinyModel }>([
    { name: 'average, no projection', model: tinyModel({}) },
    { name: 'max pooling', model: tinyModel({ pooling: 'max' }) },
    { name: 'regional maxima', model: tinyModel({ pooling: 'rmac' }) },
    { name: 'regional GeM', model: tinyModel({ pooling: 'rgem' }) },
    { name: 'a final 2x2 pool', model: tinyModel({ finalPool: '2x2' }) },
    { name: 'the first layer pooled', model: tinyModel({ widths: [[4], [8], [5]] }) },
    { name: 'BGR', model: tinyModel({ input: { ...input, channels: 'BGR' } }) },
    { name: 'a projection', model: tinyModel({ projection: { out: 7, bias: true } }) },
    { name: 'without bias', model: tinyModel({ projection: { out: 7, bias: false } }) },
    { name: 'f16 weights', model: tinyModel({}, 'F16') },
    {
      name: '47×33, halved to 23×16',
      model: tinyModel({ input: { ...input, width: 47, height: 33 } }),
    },
  ])('$name', async ({ model }) => {
    const { width, height } = model.spec.input;
    const photo = noise(width, height);
    const embedder = await kernelOf(model, { precision });
    const got = await embedder.embed(photo);
    await embedder.dispose();
    expect(embedder.engine).toBe(`kernel-${precision}`);
    expect(worstOf(got, tinyForward(model, photo.data))).toBeLessThan(1e-5);
  });
});

describe('two views of different size, and colours', () => {
  test.for<Precision>(['deterministic', 'fast'])('%s: as plain loops', async (precision) => {
    const embedder = await kernelOf(twoViews(), { precision });
    // Three photos at once: the memory is one, and no view may see another photo's.
    const photos = [1, 2, 3].map(photoOf);
    const got = await Promise.all(photos.map((photo) => embedder.embed(photo)));
    await embedder.dispose();
    for (const [i, photo] of photos.entries()) {
      const vector = got[i] as Float32Array;
      expect(vector).toHaveLength(7 + 49);
      expect(worstOf(vector, twoViewsForward(photo))).toBeLessThan(1e-5);
    }
  });

  test('ONNX Runtime: as plain loops', async () => {
    const { spec, file } = twoViews();
    const embedder = await createNodeEmbedder(spec, [file]);
    for (const photo of [1, 2, 3].map(photoOf)) {
      expect(worstOf(await embedder.embed(photo), twoViewsForward(photo))).toBeLessThan(1e-5);
    }
    await embedder.dispose();
  });

  test('the layers share weights, and the larger view decides how they are computed', () => {
    const { steps, runs } = planKernel(twoViews().spec);
    expect(runs.map(({ width, height, first, end }) => [width, height, first, end])).toEqual([
      [64, 64, 0, 4],
      [32, 32, 4, 8],
    ]);
    const weights = steps.map(({ name, algorithm, weights: at }) => [name, algorithm, at]);
    expect(weights.slice(4)).toEqual(weights.slice(0, 4));
    expect(steps.at(-1)).toMatchObject({ name: 'block3_conv1', algorithm: 'winograd4', width: 8 });
  });

  test('a size that no view has', async () => {
    const { spec, tensors } = twoViews();
    const kernel = await Kernel.load(spec, new Map(tensors), nodeKernelOptions('deterministic'));
    const size = { width: 48, height: 48 };
    await expect(kernel.run(new Float32Array(3 * 48 * 48), undefined, size)).rejects.toThrow(
      'tiny: expected a view of 64×64 or 32×32 pixels, got 48×48.',
    );
  });

  test('an aborted photo stops between its views', async () => {
    const embedder = await kernelOf(twoViews());
    const abort = new AbortController();
    abort.abort(new Error('not wanted any more'));
    await expect(embedder.embed(photoOf(1), abort.signal)).rejects.toThrow('not wanted any more');
    expect(worstOf(await embedder.embed(photoOf(2)), twoViewsForward(photoOf(2)))).toBeLessThan(
      1e-5,
    );
  });
});

test('20 stacks of random shape, inputs from 32×32 to 512×512: cosine to ONNX Runtime at least 0.999999', async () => {
  const random = seededRandom(11);
  const from = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  let worst = 1;
  for (let i = 0; i < 20; i++) {
    const widths = Array.from({ length: from(1, 4) }, () =>
      Array.from({ length: from(1, 2) }, () => 4 * from(1, 6)),
    );
    const sides = i === 0 ? [512, 512] : [from(32, i < 4 ? 300 : 90), from(32, 90)];
    const model = tinyModel(
      {
        widths,
        finalPool: random() < 0.5 ? '2x2' : 'none',
        pooling: random() < 0.5 ? 'max' : 'avg',
        input: { ...input, width: sides[0] as number, height: sides[1] as number },
      },
      random() < 0.5 ? 'F16' : 'F32',
      i,
    );
    const photo = noise(100, 80, i);
    const kernel = await kernelOf(model, { precision: i % 2 ? 'fast' : 'deterministic' });
    const onnx = await createNodeEmbedder(model.spec, [model.file]);
    worst = Math.min(worst, cosine(await kernel.embed(photo), await onnx.embed(photo)));
    await Promise.all([kernel.dispose(), onnx.dispose()]);
  }
  expect(worst).toBeGreaterThanOrEqual(0.999999);
});

test('the shipped model: cosine to ONNX Runtime at least 0.999999 for 20 pictures', async () => {
  const model = await loadModel('vgg16-lite');
  const { embedder, failures } = await openNodeEmbedder(model);
  const onnx = await createNodeEmbedder(model.spec, model.weights);
  expect([embedder.engine, failures]).toEqual(['kernel-deterministic', []]);
  for (let i = 0; i < 20; i++) {
    const photo = noise(128 + i, 128 - i, i);
    const score = cosine(await embedder.embed(photo), await onnx.embed(photo));
    expect(score).toBeGreaterThanOrEqual(0.999999);
  }
  await Promise.all([embedder.dispose(), onnx.dispose()]);
});

test('20 vectors have the hash that they have in every browser', async () => {
  const read = nodeKernelOptions('deterministic').read;
  expect(await hashOfTwenty(read)).toBe(HASH_OF_TWENTY);
  expect(await hashOfTwenty(read, twoViews())).toBe(HASH_WITH_COLOURS);
  // All ways to compute a layer are in it.
  const { steps } = planKernel(modelOfTwenty().spec);
  expect(new Set(steps.map(({ algorithm }) => algorithm))).toEqual(
    new Set(['direct3', 'winograd4', 'winograd2']),
  );
});

describe('refused', () => {
  test.for([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    '%s in the picture',
    async (value) => {
      const { spec, tensors } = tinyModel({});
      const kernel = await Kernel.load(spec, new Map(tensors), nodeKernelOptions('deterministic'));
      const planes = new Float32Array(3 * 32 * 32);
      planes[1234] = value;
      await expect(kernel.run(planes)).rejects.toMatchObject({
        name: 'ModelError',
        message: `tiny: number 1234 of the picture is ${value}; every one must be finite.`,
      });
      await expect(kernel.run(planes.subarray(1))).rejects.toThrow(
        'tiny: expected 3072 numbers, 3 × 32 × 32, got 3071.',
      );
    },
  );

  test('a weights file that is cut off, wherever', async () => {
    const { spec, file } = tinyModel({});
    for (const bytes of [5, 100, file.length - 1]) {
      const opening = openNodeEmbedder({ spec, weights: [file.subarray(0, bytes)] });
      await expect(opening).rejects.toMatchObject({ name: 'ModelError' });
    }
    expect(() => readSafetensors(file.subarray(0, -1), 'w')).toThrow(/^w: /);
  });

  test('a tensor that is missing, has another shape, or is not finite', async () => {
    const model = tinyModel({});
    const without = new Map(model.tensors);
    without.delete('block2_conv1.weight');
    await expect(kernelOf({ ...model, tensors: without })).rejects.toThrow(
      'tiny: tensor "block2_conv1.weight" is missing.',
    );
    const { spec } = tinyModel({ widths: [[4], [6, 9]] });
    await expect(kernelOf({ ...model, spec })).rejects.toThrow(
      'tensor "block2_conv2.weight" has shape [5,6,3,3], expected [9,6,3,3].',
    );
    const weight = model.tensors.get('block2_conv2.weight') as Tensor;
    const numbers = new Float32Array(weight.bytes.slice().buffer);
    numbers[7] = Number.NaN;
    const bytes = new Uint8Array(numbers.buffer);
    const tensors = new Map(model.tensors).set('block2_conv2.weight', { ...weight, bytes });
    await expect(kernelOf({ ...model, tensors })).rejects.toThrow(
      'tiny: tensor "block2_conv2.weight" holds NaN or infinity.',
    );
  });

  test('more memory than WebAssembly has, before any is taken', async () => {
    const spec = { ...tinyModel({}).spec, widths: [[4], [8000, 8000]] };
    expect(() => planKernel(spec)).toThrow(EngineError);
    expect(() => planKernel(spec)).toThrow(
      /^tiny: needs \d{4} MB of WebAssembly memory, at most 2147 MB can be had\. Take a narrower/,
    );
  });
});

describe('where the kernel cannot run, ONNX Runtime does', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    setFlagsFromString('--wasm-max-mem-pages=65536');
  });

  test('memory that cannot be had', async () => {
    const { spec, weights } = await loadModel('vgg16-lite');
    const [kernel, onnx] = nodeEmbedders(spec, 'deterministic');
    if (!kernel || !onnx) throw new Error('two engines were expected');
    const { embedder, failures } = await openEmbedder(
      [
        (files) => {
          setFlagsFromString('--wasm-max-mem-pages=100');
          return kernel(files).finally(() => setFlagsFromString('--wasm-max-mem-pages=65536'));
        },
        onnx,
      ],
      async () => [...weights],
    );
    await embedder.dispose();
    expect(embedder.engine).toBe('onnxruntime-wasm');
    expect(failures).toEqual([
      expect.stringMatching(
        /^vgg16-lite: the kernel needs \d+ MB of memory, which this device does not give \(WebAssembly\.Memory\.\w+\(\): .*\)\. Close other pages/,
      ),
    ]);
  });

  test('no SIMD: the words name the fallback', async () => {
    vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
    expect(bestPrecision()).toBeNull();
    const loading = kernelOf(tinyModel({}));
    await expect(loading).rejects.toThrow(EngineError);
    await expect(loading).rejects.toThrow(
      'The convolution kernel needs WebAssembly with SIMD, which is missing or switched off here. ' +
        'ONNX Runtime is asked instead; else use a browser of 2023 or later.',
    );
  });

  test('a binary that does not compile', async () => {
    const read = async () => (await readFile('src/kernel/kernel.wasm')).subarray(0, 3000);
    await expect(kernelOf(tinyModel({}), { read })).rejects.toThrow(
      /^The convolution kernel cannot be compiled here \(.+\)\. The page's policy must allow 'wasm-unsafe-eval'\.$/,
    );
  });
});

test('without relaxed SIMD the deterministic binary is taken', async () => {
  const { validate } = WebAssembly;
  vi.spyOn(WebAssembly, 'validate').mockImplementation(
    (bytes) => (bytes as Uint8Array).length < 38 && validate(bytes),
  );
  const embedder = await kernelOf(tinyModel({}), { precision: 'fast' });
  vi.restoreAllMocks();
  expect(embedder.engine).toBe('kernel-deterministic');
});

test('between layers others get a turn, and the work can be given up', async () => {
  const model = tinyModel({
    widths: [[32, 32], [32]],
    input: { ...input, width: 224, height: 224 },
  });
  const controller = new AbortController();
  let onPause = () => {};
  const embedder = await kernelOf(model, { pause: async () => onPause() });
  const before = await embedder.embed(picture);
  onPause = () => controller.abort(new Error('changed my mind'));
  await expect(embedder.embed(picture, controller.signal)).rejects.toThrow('changed my mind');
  onPause = () => {};
  // What was given up leaves nothing behind.
  expect(await embedder.embed(picture)).toEqual(before);
  await embedder.dispose();
});

test('two photos asked for at once; after dispose a word instead of an answer', async () => {
  const model = tinyModel({});
  const embedder = await kernelOf(model);
  const other = noise(32, 32, 4);
  const [a, b] = await Promise.all([embedder.embed(picture), embedder.embed(other)]);
  expect(worstOf(a, tinyForward(model, picture.data))).toBeLessThan(1e-5);
  expect(worstOf(b, tinyForward(model, other.data))).toBeLessThan(1e-5);
  await embedder.dispose();
  await expect(embedder.embed(picture)).rejects.toThrow('tiny: used after dispose()');
});

test('dispose gives the memory back, even to one who keeps the embedder', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const made: WeakRef<WebAssembly.Memory>[] = [];
  const { Memory } = WebAssembly;
  class Watched extends Memory {
    constructor(limits: WebAssembly.MemoryDescriptor) {
      super(limits);
      made.push(new WeakRef(this));
    }
  }
  WebAssembly.Memory = Watched;
  const embedder = await kernelOf(tinyModel({})).finally(() => {
    WebAssembly.Memory = Memory;
  });
  await embedder.embed(picture);
  await embedder.dispose();
  await vi.waitFor(() => {
    collect();
    expect(made.map((ref) => ref.deref() === undefined)).toEqual([true]);
  });
  expect(embedder.engine).toBe('kernel-deterministic');
});

test('the plan tells the memory beforehand: VGG16 at most 220 MB, the shipped model 32 MB', async () => {
  const { spec, weights } = await loadModel('vgg16-lite');
  if (spec.family !== 'vgg-stack') throw new Error('the shipped model is a vgg-stack');
  const lite = await createKernelEmbedder(spec, readWeights(spec, weights), {
    ...nodeKernelOptions('deterministic'),
  });
  await lite.dispose();
  expect(lite.memoryBytes).toBeLessThan(32e6);
  const vgg16 = {
    name: 'vgg16',
    widths: [
      [64, 64],
      [128, 128],
      [256, 256, 256],
      [512, 512, 512],
      [512, 512, 512],
    ],
    finalPool: '2x2',
    projection: null,
    input: { ...input, width: 224, height: 224 },
  } as const;
  // All of them in one file of f32, as Keras' weights come.
  const shapes = tensorsOf(vgg16).map(({ name, shape }) => ({
    name,
    shape,
    size: 4 * shape.reduce((product, n) => product * n, 1),
  }));
  const file = new Uint8Array(shapes.reduce((sum, { size }) => sum + size, 0));
  const tensors = new Map<string, Tensor>();
  let at = 0;
  for (const { name, shape, size } of shapes) {
    tensors.set(name, { dtype: 'F32', shape, bytes: file.subarray(at, at + size) });
    at += size;
  }
  expect(file.length).toBe(58_858_752);
  expect(planLoading(planKernel(vgg16), tensors).peakBytes).toBeLessThan(220e6);
});
