/** Any ONNX encoder by its spec; R-MAC on the map that the graph gives. */
import { describe, expect, test } from 'vitest';
import type { OnnxSpec } from '../../src/core/model/spec.ts';
import { seededRandom } from '../../src/core/vector/random.ts';
import { writeOnnxGraph } from '../../src/engine/onnx/graph.ts';
import { Message } from '../../src/engine/onnx/protobuf.ts';
import { createNodeEmbedder } from '../../src/node/model/embedder/onnx-node.ts';
import { tinyForward, tinyModel } from '../support/tiny-model.ts';

const random = seededRandom(5);
const picture = {
  width: 32,
  height: 32,
  data: Uint8Array.from({ length: 32 * 32 * 4 }, (_, i) => (i % 4 === 3 ? 255 : random() * 256)),
};

function specOf(
  dimension: number,
  input: OnnxSpec['input'],
  graph: Partial<OnnxSpec['graph']> = {},
): OnnxSpec {
  return {
    name: 'own',
    family: 'onnx',
    graph: { input: 'pixels', output: 'embedding', ...graph },
    normalize: 'l2',
    dimension,
    input,
    preprocessing: 1,
    weights: { dtype: 'onnx', files: [{ file: 'encoder.onnx', bytes: 0, sha256: '' }] },
    licence: '',
    attribution: '',
    canary: null,
  };
}

async function embed(spec: OnnxSpec, files: readonly Uint8Array[]): Promise<Float32Array> {
  const embedder = await createNodeEmbedder(spec, files);
  try {
    return await embedder.embed(picture);
  } finally {
    await embedder.dispose();
  }
}

const worst = (got: Float32Array, expected: readonly number[]) =>
  Math.max(...expected.map((x, i) => Math.abs(x - (got[i] ?? Number.NaN))));

describe('an ONNX file of one’s own', () => {
  const model = tinyModel({ projection: { out: 7, bias: true } });
  const { input } = model.spec;
  const file = writeOnnxGraph(model.spec, model.tensors);

  test('gives the vector of the network in it, also cut into three', async () => {
    const expected = tinyForward(model, picture.data);
    expect(worst(await embed(specOf(7, input), [file]), expected)).toBeLessThan(1e-5);
    const parts = [file.subarray(0, 100), file.subarray(100, 1001), file.subarray(1001)];
    expect(worst(await embed(specOf(7, input), parts), expected)).toBeLessThan(1e-5);
  });

  test('names what it has where the spec asks for something else', async () => {
    await expect(embed(specOf(7, input, { input: 'image' }), [file])).rejects.toThrow(
      'own: the ONNX graph has no input "image"; it has pixels. Put one of them into "graph.input" of its spec.',
    );
    await expect(embed(specOf(7, input, { output: 'y' }), [file])).rejects.toThrow(
      'own: the ONNX graph has no output "y"; it has embedding.',
    );
    await expect(embed(specOf(8, input), [file])).rejects.toThrow(
      'own: output "embedding" has the shape [1,7], expected 8 numbers of f32.',
    );
    await expect(embed(specOf(7, input), [file.subarray(0, 300)])).rejects.toThrow(
      'own: ONNX Runtime cannot start here:',
    );
  });

  test('an input of rows of pixels: NHWC', async () => {
    const nhwc = { width: 32, height: 32, channels: 3 };
    const spec = specOf(32 * 32 * 3, input, { layout: 'NHWC' });
    const got = await embed(spec, [flatten([1, nhwc.height, nhwc.width, nhwc.channels])]);
    const values = Array.from({ length: 32 * 32 * 3 }, (_, i) => {
      const c = i % 3;
      const byte = picture.data[Math.floor(i / 3) * 4 + c] as number;
      return (byte - (input.mean[c] as number)) * (input.scale[c] as number);
    });
    const length = Math.hypot(...values);
    const expected = values.map((x) => x / length);
    expect(worst(got, expected)).toBeLessThan(1e-6);
  });
});

test('R-MAC of a stack, and of the same map as an ONNX file', async () => {
  const model = tinyModel({ pooling: 'rmac', finalPool: '2x2' });
  const expected = tinyForward(model, picture.data);
  const stack = await createNodeEmbedder(model.spec, [model.file]);
  expect(worst(await stack.embed(picture), expected)).toBeLessThan(1e-5);
  await stack.dispose();
  // With R-MAC the graph of a stack ends at the map.
  const file = writeOnnxGraph(model.spec, model.tensors);
  const spec = specOf(model.spec.dimension, model.spec.input, { pooling: 'rmac' });
  expect(worst(await embed(spec, [file]), expected)).toBeLessThan(1e-5);
});

test('R-MAC with a projection, which each region goes through', async () => {
  const model = tinyModel({ pooling: 'rmac', projection: { out: 7, bias: true } });
  const embedder = await createNodeEmbedder(model.spec, [model.file]);
  const got = await embedder.embed(picture);
  await embedder.dispose();
  expect(worst(got, tinyForward(model, picture.data))).toBeLessThan(1e-5);
});

/** A graph that only flattens its input (field numbers: onnx/onnx.proto). */
function flatten(shape: readonly number[]): Uint8Array {
  const info = (name: string, dims: readonly number[]) => {
    const shapes = new Message().messages(
      1,
      dims.map((n) => new Message().int(1, n)),
    );
    const type = new Message().message(1, new Message().int(1, 1).message(2, shapes));
    return new Message().text(1, name).message(2, type);
  };
  const size = shape.reduce((product, n) => product * n, 1);
  const graph = new Message()
    .message(1, new Message().text(1, 'pixels').text(2, 'embedding').text(4, 'Flatten'))
    .text(2, 'flatten')
    .message(11, info('pixels', shape))
    .message(12, info('embedding', [1, size]));
  return new Message()
    .int(1, 8)
    .message(7, graph)
    .message(8, new Message().text(1, '').int(2, 13))
    .toBytes();
}
