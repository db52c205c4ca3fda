/** What a user may bring: Keras' HDF5 in both layouts, safetensors by two namings, ONNX; and what is refused. */
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeSafetensors } from '../../../src/core/model/safetensors.ts';
import type { VggSpec } from '../../../src/core/model/spec.ts';
import type { Tensor } from '../../../src/core/model/tensor.ts';
import { writeOnnxGraph } from '../../../src/engine/onnx/graph.ts';
import { Message } from '../../../src/engine/onnx/protobuf.ts';
import { toF32 } from '../../../src/node/model/float-tensors.ts';
import { readSource } from '../../../src/node/model/import/source.ts';
import { cpuMs, QUICK_MS } from '../../support/cpu-time.ts';
import { TINY_VGG, tinyWeights, type Written, writeKerasFile } from '../../support/keras-file.ts';
import { tempFolder } from '../../support/temp.ts';
import { tinyModel } from '../../support/tiny-model.ts';

const root = await tempFolder();
const at = (name: string) => join(root, name);
const weights = tinyWeights();
let count = 0;

describe('Keras’ HDF5', () => {
  test.each([
    { keras: 1, whole: false },
    { keras: 2, whole: false },
    { keras: 1, whole: true },
    { keras: 2, whole: true },
  ] as const)('layout of Keras $keras, saved whole: $whole', async (layout) => {
    const path = at(`keras-${layout.keras}-${layout.whole}.h5`);
    await writeKerasFile(path, weights, layout);
    const { floats, template } = await readSource(path, TINY_VGG);
    expect(floats).toEqual(weights);
    expect(template).toMatchObject({ name: 'tiny-vgg', dimension: 8, pooling: 'max' });
  });

  const refuse = async (change: (name: string, data: Written) => Written | null) => {
    const path = at('refused.h5');
    await writeKerasFile(path, weights, { keras: 1 }, change);
    return readSource(path, TINY_VGG).then(
      () => 'nothing',
      (error: Error) => {
        expect(error).toMatchObject({ name: 'ModelError' });
        return error.message;
      },
    );
  };
  const only =
    (wanted: string, become: (data: Written) => Written | null) => (name: string, data: Written) =>
      name === wanted ? become(data) : data;

  test('a missing kernel is named', async () => {
    expect(await refuse(only('block2_conv1.weight', () => null))).toBe(
      `${at('refused.h5')}: layer block2_conv1: has neither block2_conv1/block2_conv1_W_1:0 nor ` +
        'block2_conv1/block2_conv1/kernel:0. It must be a file that Keras wrote.',
    );
  });

  test('another shape is named with both', async () => {
    const said = await refuse(
      only('block2_conv2.weight', ({ data }) => ({ shape: [3, 3, 4, 16], data })),
    );
    expect(said).toMatch(
      /layer block2_conv2: .*block2_conv2_W_1:0 has the shape \[3,3,4,16\], expected \[3,3,8,8\]\.$/,
    );
  });

  test('NaN and infinity are named', async () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const said = await refuse(
        only('block1_conv1.bias', ({ shape, data }) => ({ shape, data: data.with(2, value) })),
      );
      expect(said).toMatch(
        new RegExp(`layer block1_conv1: .* holds ${value} at 2, expected finite numbers\\.$`),
      );
    }
  });

  test('a layer that is missing altogether', async () => {
    const path = at('narrow.h5');
    await writeKerasFile(path, weights, { keras: 2 });
    await expect(readSource(path)).rejects.toThrow(/layer block1_conv1: .* has the shape/);
    const deeper = { ...TINY_VGG, widths: [[4], [8, 8], [8]] };
    await expect(readSource(path, deeper)).rejects.toThrow(
      'layer block3_conv1: missing; the file has block1_conv1, block2_conv1, block2_conv2. It must hold the ' +
        'weights of VGG16.',
    );
  });

  test('a file that only begins like HDF5', async () => {
    const path = at('short.h5');
    await writeFile(path, Buffer.from('894844460d0a1a0a00', 'hex'));
    await expect(readSource(path, TINY_VGG)).rejects.toThrow(
      /short\.h5: not an HDF5 file, or damaged/,
    );
    await expect(readSource(at('nowhere.h5'))).rejects.toThrow(
      /nowhere\.h5: cannot be read: ENOENT/,
    );
  });
});

describe('safetensors', () => {
  test('by our names the shape is told', async () => {
    await writeFile(at('ours.safetensors'), writeSafetensors(toF32(weights)));
    const { floats, template } = await readSource(at('ours.safetensors'), { finalPool: 'none' });
    expect(floats).toEqual(weights);
    expect(template).toMatchObject({ widths: [[4], [8, 8]], finalPool: 'none', dimension: 8 });
  });

  test('by torchvision’s names the pools are told by the gaps, the classifier is passed over', async () => {
    const names = { block1_conv1: 0, block2_conv1: 3, block2_conv2: 5 } as Record<string, number>;
    const theirs = new Map<string, Tensor>([
      ['classifier.0.weight', { dtype: 'F32', shape: [1, 1], bytes: new Uint8Array(4) }],
    ]);
    for (const [name, tensor] of toF32(weights)) {
      const [layer = '', part] = name.split('.');
      theirs.set(`features.${names[layer]}.${part}`, tensor);
    }
    await writeFile(at('torch.safetensors'), writeSafetensors(theirs));
    const { floats, template } = await readSource(at('torch.safetensors'));
    expect(floats).toEqual(weights);
    expect(template.widths).toEqual([[4], [8, 8]]);
    expect(template.input).toMatchObject({ channels: 'RGB', mean: [123.675, 116.28, 103.53] });
  });

  test('blocks with a gap between them are refused', async () => {
    const gap = new Map(
      [...toF32(weights)].map(([name, tensor]) => [name.replace('block2', 'block4'), tensor]),
    );
    await writeFile(at('gap.safetensors'), writeSafetensors(gap));
    await expect(readSource(at('gap.safetensors'))).rejects.toThrow(
      /"block4_conv1\.weight" follows block 1: blocks must be numbered from 1 without gaps\.$/,
    );
  });

  test('a convolution that is missing within a block is told', async () => {
    const gap = new Map(
      [...toF32(weights)].map(([name, tensor]) => [name.replace('2_conv2', '2_conv3'), tensor]),
    );
    await writeFile(at('gap.safetensors'), writeSafetensors(gap));
    await expect(readSource(at('gap.safetensors'))).rejects.toThrow(
      /: expected "block2_conv2\.weight" next, got "block2_conv3\.weight"\.$/,
    );
  });

  test('other names are refused with some of them', async () => {
    const other = new Map([['conv1.weight', toF32(weights).get('block1_conv1.weight') as Tensor]]);
    await writeFile(at('other.safetensors'), writeSafetensors(other));
    await expect(readSource(at('other.safetensors'))).rejects.toThrow(
      /expected tensors named block1_conv1\.weight .* got conv1\.weight\. Rename them/,
    );
  });
});

describe('a model folder', () => {
  test('whose weights are not there is refused', async () => {
    const folder = at('no-weights');
    await mkdir(folder);
    const card = { family: 'vgg-stack', weights: { dtype: 'F32', files: [{ file: 'w.bin' }] } };
    await writeFile(join(folder, 'model.json'), JSON.stringify(card));
    await expect(readSource(folder)).rejects.toMatchObject({
      name: 'ModelError',
      message: expect.stringMatching(/no-weights\/w\.bin: cannot be read: ENOENT/),
    });
  });
});

describe('a model folder that does not fit', () => {
  test.each<[string, object | null, string]>([
    ['null', null, 'expected a JSON object, got null.'],
    ['a list', [], 'expected a JSON object, got [].'],
    ['another family', { family: null }, '"family" is null, expected "vgg-stack".'],
    ['no weights', { weights: null }, '"weights" must list files below this folder, got null.'],
    [
      'weights in another folder',
      { weights: { file: '../../etc/passwd' } },
      '"weights" must list files below this folder, got {"file":"../../etc/passwd"}.',
    ],
    [
      'a file reference that is null',
      { weights: { files: [null] } },
      '"weights" must list files below this folder, got {"files":[null]}.',
    ],
    [
      'widths that are not blocks',
      { widths: [5] },
      '"widths" must be a list of blocks of channel counts, got [5]. Make the model again with this version of ' +
        'Soutu, or update Soutu.',
    ],
    ['an input that is null', { input: null }, '"input.width" must be'],
    ['weights of an unknown type', { weights: { file: 'w', dtype: 'Q4' } }, '"weights.dtype" must'],
  ])('%s', async (_, changes, words) => {
    const folder = join(root, `misfit-${count++}`);
    await mkdir(folder);
    const card = { family: 'vgg-stack', weights: { dtype: 'F32', file: 'w.bin' } };
    const isObject = changes !== null && !Array.isArray(changes);
    const content = isObject ? { ...card, ...changes } : changes;
    await writeFile(join(folder, 'model.json'), JSON.stringify(content));
    await expect(readSource(folder)).rejects.toMatchObject({
      name: 'ModelError',
      message: expect.stringContaining(`${join(folder, 'model.json')}: ${words}`),
    });
  });

  test('a named pipe is refused, not waited for', async () => {
    if (process.platform === 'win32') return;
    const folder = join(root, 'pipe');
    await mkdir(folder);
    execFileSync('mkfifo', [join(folder, 'model.json'), join(folder, 'w.onnx')]);
    const words = 'cannot be read: it is not a regular file.';
    for (const path of [folder, join(folder, 'w.onnx')]) {
      await expect(readSource(path)).rejects.toThrow(words);
    }
  });
});

describe('an ONNX file of plain 3×3 convolutions', () => {
  const { input } = TINY_VGG;
  test.each<[string, Parameters<typeof tinyModel>[0]]>([
    ['average pooling', { pooling: 'avg' }],
    ['a final pool, then the maximum', { pooling: 'max', finalPool: '2x2' }],
    ['a projection', { pooling: 'avg', projection: { out: 7, bias: true } }],
    ['a projection without bias', { pooling: 'max', projection: { out: 7, bias: false } }],
  ])('with %s', async (_, shape) => {
    const model = tinyModel({ ...shape, input });
    await writeFile(at('stack.onnx'), writeOnnxGraph(model.spec, model.tensors));
    const { floats, template } = await readSource(at('stack.onnx'));
    const { widths, finalPool, pooling, projection, dimension } = model.spec;
    expect(template).toMatchObject({ widths, finalPool, pooling, projection, dimension });
    expect(template.input).toMatchObject({ width: 32, height: 32, channels: 'RGB' });
    expect(new Map([...floats].map(([name, { values }]) => [name, values]))).toEqual(model.values);
  });

  test('what does not fit is named by its node', async () => {
    const model = tinyModel({});
    const wide = new Map(model.tensors);
    const file = Buffer.from(writeOnnxGraph(model.spec as VggSpec, wide));
    // An operator of another name, of the same length.
    const at1 = file.indexOf('Relu');
    file.write('Tanh', at1);
    await writeFile(at('tanh.onnx'), file);
    await expect(readSource(at('tanh.onnx'))).rejects.toThrow(
      /tanh\.onnx: node Conv "block1_conv1\.sum": expected a Relu after it\.$/,
    );
  });

  test('a circle of nodes is refused', async () => {
    const node = new Message().text(1, 'x').text(2, 'x').text(4, 'Relu');
    const graph = new Message().messages(1, [node]).message(11, new Message().text(1, 'x'));
    await writeFile(at('circle.onnx'), new Message().message(7, graph).toBytes());
    await expect(readSource(at('circle.onnx'))).rejects.toThrow(
      /circle\.onnx: node Relu "x": its input depends on its own output\.$/,
    );
  });

  test('a value that goes two ways is refused', async () => {
    const reader = (op: string, output: string) =>
      new Message().text(1, 'x').text(2, output).text(4, op);
    const nodes = [reader('Relu', 'a'), reader('Shape', 's'), reader('Sigmoid', 'b')];
    const graph = new Message().messages(1, nodes).message(11, new Message().text(1, 'x'));
    await writeFile(at('fork.onnx'), new Message().message(7, graph).toBytes());
    await expect(readSource(at('fork.onnx'))).rejects.toThrow(
      /fork\.onnx: node Sigmoid "b": also reads the input of node Relu "a": not a plain stack\.$/,
    );
  });

  test('a file that is cut short, or none', async () => {
    const model = tinyModel({});
    const file = writeOnnxGraph(model.spec, model.tensors);
    await writeFile(at('cut.onnx'), file.subarray(0, 200));
    await expect(readSource(at('cut.onnx'))).rejects.toThrow(
      /cut\.onnx: not an ONNX file, or damaged\. Export it again\.$/,
    );
    await writeFile(at('empty.onnx'), '');
    await expect(readSource(at('empty.onnx'))).rejects.toThrow('an ONNX file without a graph.');
  });
  /** An ONNX file of these nodes and initializers, with the input `x`. */
  const onnxOf = (nodes: Message[], initializers: Message[] = []) => {
    const input = new Message().text(1, 'x');
    const graph = new Message().messages(1, nodes).messages(5, initializers).message(11, input);
    return new Message().message(7, graph).toBytes();
  };
  const tensorOf = (name: string, dims: number[], bytes: number) => {
    const message = new Message();
    for (const dim of dims) message.int(1, dim);
    return message.int(2, 1).text(8, name).bytes(9, new Uint8Array(bytes));
  };
  const nodeOf = (op: string, inputs: string[], output: string) => {
    const message = new Message();
    for (const input of inputs) message.text(1, input);
    return message.text(2, output).text(4, op);
  };
  const refusal = async (bytes: Uint8Array) => {
    await writeFile(at('misfit.onnx'), bytes);
    const error = await readSource(at('misfit.onnx')).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'ModelError' });
    return (error as Error).message.replace(`${at('misfit.onnx')}: `, '');
  };

  test('shapes that no tensor has are refused', async () => {
    const conv = nodeOf('Conv', ['x', 'w'], 'y');
    expect(await refusal(onnxOf([conv], [tensorOf('w', [4e12, 0, 3, 3], 0)]))).toBe(
      'tensor "w" has the shape [4000000000000,0,3,3], expected whole numbers above 0.',
    );
    expect(await refusal(onnxOf([conv], [tensorOf('w', [4, 3, 3, 3], 8)]))).toBe(
      'tensor "w" [4,3,3,3] needs 432 bytes, it has 8. Export it again.',
    );
  });

  test('text that is not UTF-8, and operators that objects inherit, are refused', async () => {
    const op = new Message().bytes(4, Uint8Array.of(0xff, 0xfe)).text(1, 'x');
    expect(await refusal(onnxOf([op]))).toBe('not an ONNX file, or damaged. Export it again.');
    expect(await refusal(onnxOf([nodeOf('constructor', ['x'], 'y')]))).toBe(
      'node constructor "y": not supported here.',
    );
  });

  test('a bias of another length is refused', async () => {
    const pads = new Message().text(1, 'pads');
    for (let i = 0; i < 4; i++) pads.int(8, 1);
    const nodes = [
      nodeOf('Conv', ['x', 'w'], 'a').message(5, pads),
      nodeOf('Relu', ['a'], 'b'),
      nodeOf('GlobalMaxPool', ['b'], 'c'),
      nodeOf('Gemm', ['c', 'm', 'n'], 'd'),
    ];
    const tensors = [tensorOf('w', [4, 3, 3, 3], 432), tensorOf('m', [4, 5], 80)];
    expect(await refusal(onnxOf(nodes, [...tensors, tensorOf('n', [3], 12)]))).toBe(
      'node Gemm "d": expected a bias of 5 numbers, got [3].',
    );
  });

  test('100,000 nodes take no time', async () => {
    const nodes = Array.from({ length: 100_000 }, (_, i) =>
      nodeOf('Relu', [i === 0 ? 'x' : `v${i - 1}`], `v${i}`),
    );
    const bytes = onnxOf(nodes);
    const spent = await cpuMs(async () => {
      expect(await refusal(bytes)).toBe(
        'expected a stack of 3×3 convolutions. Give it with --spec to run it as it is.',
      );
    });
    expect(spent).toBeLessThan(QUICK_MS);
  });
});
