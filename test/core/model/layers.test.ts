import { expect, test } from 'vitest';
import { layersOf, tensorsOf } from '../../../src/core/model/layers.ts';

const conv = (name: string, inputs: number, out: number) => ({
  kind: 'conv',
  name,
  in: inputs,
  out,
});
const pool = { kind: 'max-pool' };

test('blocks with a pool between them, the last one where the model says so', () => {
  const widths = [[4, 5], [6]];
  const blocks = [conv('block1_conv1', 3, 4), conv('block1_conv2', 4, 5), pool];
  expect(layersOf({ widths, finalPool: 'none' })).toEqual([...blocks, conv('block2_conv1', 5, 6)]);
  expect(layersOf({ widths, finalPool: '2x2' })).toEqual([
    ...blocks,
    conv('block2_conv1', 5, 6),
    pool,
  ]);
});

test('VGG-16 has the parameters of the paper', () => {
  const widths = [
    [64, 64],
    [128, 128],
    [256, 256, 256],
    [512, 512, 512],
    [512, 512, 512],
  ];
  const tensors = tensorsOf({ widths, finalPool: '2x2', projection: null });
  const parameters = tensors.map(({ shape }) => shape.reduce((a, b) => a * b, 1));
  // Without the classifier, as torchvision's `vgg16().features` counts them.
  expect(parameters.reduce((a, b) => a + b, 0)).toBe(14_714_688);
  expect(
    layersOf({ widths, finalPool: '2x2' }).filter(({ kind }) => kind === 'max-pool'),
  ).toHaveLength(5);
});

test('names and shapes of the tensors, the projection last', () => {
  const model = { widths: [[4]], finalPool: 'none' as const };
  const block = [
    { name: 'block1_conv1.weight', shape: [4, 3, 3, 3] },
    { name: 'block1_conv1.bias', shape: [4] },
  ];
  expect(tensorsOf({ ...model, projection: null })).toEqual(block);
  const weight = { name: 'projection.weight', shape: [2, 4] };
  expect(tensorsOf({ ...model, projection: { in: 4, out: 2, bias: false } })).toEqual([
    ...block,
    weight,
  ]);
  expect(tensorsOf({ ...model, projection: { in: 4, out: 2, bias: true } })).toEqual([
    ...block,
    weight,
    { name: 'projection.bias', shape: [2] },
  ]);
});
