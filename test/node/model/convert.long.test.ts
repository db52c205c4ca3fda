/** From a source to a model folder in each form, and what each form changes. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { floatToHalf, halfToFloat } from '../../../src/core/half.ts';
import { writeSafetensors } from '../../../src/core/model/safetensors.ts';
import type { VggSpec } from '../../../src/core/model/spec.ts';
import { floatsOf, type Tensor } from '../../../src/core/model/tensor.ts';
import { readWeights } from '../../../src/core/model/weights.ts';
import { checkCanary } from '../../../src/engine/canary.ts';
import { createNodeEmbedder } from '../../../src/node/model/embedder/onnx-node.ts';
import { f32, toF32, toFloats } from '../../../src/node/model/float-tensors.ts';
import { readModelFolder } from '../../../src/node/model/model-folder.ts';
import { quantise } from '../../../src/node/model/quantise.ts';
import { shardBytes, shardTensors } from '../../../src/node/model/shards.ts';
import { soutu } from '../../support/command/run-soutu.ts';
import { TINY_VGG, tinyWeights } from '../../support/keras-file.ts';
import { writePhotos } from '../../support/photos.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();
const SHIPPED = 'public/models/vgg16-lite';

describe('soutu model convert', () => {
  test('four forms in one table, f32 unchanged; one under the floor is refused', async () => {
    const photos = join(root, 'photos');
    await writePhotos(photos, { 'a.png': 1, 'b.png': 2, 'c.jpg': 3 });
    const out = join(root, 'converted');
    const source = join(root, 'own.safetensors');
    const weights = tinyWeights();
    await writeFile(source, writeSafetensors(toF32(weights)));
    const { input, finalPool } = TINY_VGG;
    await writeFile(join(root, 'spec.json'), JSON.stringify({ input, finalPool, licence: 'MIT' }));
    const common = ['--photos', photos, '--spec', join(root, 'spec.json'), '--name', 'again'];
    const convert = (to: string, ...flags: string[]) =>
      soutu('model', 'convert', source, '--out', to, ...common, ...flags);
    const [ran, floor] = await Promise.all([
      convert(out, '--dtype', 'f16'),
      convert(join(root, 'refused'), '--dtype', 'int8', '--min-cosine', '0.999999'),
    ]);
    expect(ran.code, ran.stderr).toBe(0);
    const [head = '', ...rows] = ran.stdout.split('\n').slice(0, 5);
    expect(head).toMatch(/^form +bytes +files +cosine +least +same top-10 +overlap +decode$/);
    expect(rows.map((row) => row.split(/\s+/)[0])).toEqual(['f32', 'f16', 'int8', 'packed']);
    const bytes = rows.map((row) => Number(row.split(/\s+/)[1]?.replaceAll(',', '')));
    expect(bytes.slice(0, 3)).toEqual(bytes.slice(0, 3).sort((a, b) => b - a));
    expect(rows[0]).toMatch(/ 1\.000000 +1\.000000 +100 % +100 % /);
    expect(ran.stdout).toMatch(/\ncosine by layer +f32 +f16 +int8 +packed\nblock1_conv1 +1\.0{6} /);
    expect(ran.stdout).toContain('\nblock2_conv2 ');
    const { spec, weights: files } = await readModelFolder(out);
    expect(spec).toMatchObject({ name: 'again', licence: 'MIT', weights: { dtype: 'F16' } });
    const got = toFloats(spec as VggSpec, readWeights(spec as VggSpec, files), 'w');
    for (const [name, { values }] of weights) {
      // Multiples of 1/256: f16 holds them exactly.
      expect(got.get(name)?.values).toEqual(values);
    }
    expect(floor.code).toBe(1);
    expect(floor.stderr).toMatch(
      /soutu model: int8: mean cosine 0\.9\d{5} to f32 on these photos, expected at least 0\.999999\./,
    );
    expect(floor.stdout).toContain('cosine by layer');
    await expect(readFile(join(root, 'refused', 'model.json'))).rejects.toThrow('ENOENT');
  }, 180_000);

  test('another projection, with the dimension that follows from it; colours add 49', async () => {
    const out = join(root, 'projected');
    const source = join(root, 'plain.safetensors');
    await writeFile(source, writeSafetensors(toF32(tinyWeights())));
    const last = TINY_VGG.widths.at(-1)?.at(-1) ?? 0;
    const values = Float32Array.from({ length: 3 * last }, (_, i) => i / 8 - 1);
    const bias = Float32Array.of(1, -2, 3);
    const write = async (name: string, tensors: Map<string, Tensor>) => {
      await writeFile(join(root, name), writeSafetensors(tensors));
      return join(root, name);
    };
    const good = await write(
      'projection.safetensors',
      new Map([
        ['projection.weight', f32([3, last], values)],
        ['projection.bias', f32([3], bias)],
      ]),
    );
    const wide = await write('wide', new Map([['projection.weight', f32([1, 3 * last], values)]]));
    const none = await write('none', new Map([['projection.bias', f32([3], bias)]]));
    const colour = { histogram: 'lab-7x7', weight: 0.3, illuminant: 'none', greyAbove: 0.97 };
    const views = [{ window: 1 }, { window: 0.5, width: 40, height: 40 }];
    const input = { ...TINY_VGG.input, views };
    const spec = join(root, 'views.json');
    const fields = { input, finalPool: TINY_VGG.finalPool, pooling: 'rgem', version: 3, colour };
    await writeFile(spec, JSON.stringify(fields));
    const convert = (projection: string) =>
      soutu(
        ...['model', 'convert', source, '--out', out, '--dtype', 'f32'],
        ...['--spec', spec, '--projection', projection],
      );
    const [ran, tooWide, absent] = await Promise.all([good, wide, none].map(convert));
    expect(ran?.code, ran?.stderr).toBe(0);
    const model = await readModelFolder(out);
    expect(model.spec).toMatchObject({
      version: 3,
      pooling: 'rgem',
      projection: { in: last, out: 3, bias: true },
      dimension: 3 + 49,
      colour,
      input: { views },
    });
    const got = toFloats(
      model.spec as VggSpec,
      readWeights(model.spec as VggSpec, model.weights),
      'w',
    );
    expect(got.get('projection.weight')?.values).toEqual(values);
    expect(got.get('projection.bias')?.values).toEqual(bias);
    const embedder = await createNodeEmbedder(model.spec, model.weights);
    await checkCanary(embedder).finally(() => embedder.dispose());
    expect([tooWide?.code, absent?.code]).toEqual([1, 1]);
    expect(tooWide?.stderr).toContain(
      `wide: "projection.weight" takes ${3 * last} numbers, the last layer of ${source} gives ${last}.`,
    );
    expect(absent?.stderr).toContain(
      'none: "projection.weight" must have the shape [out, in], got no such tensor.',
    );
  }, 120_000);

  test('what cannot be is told in a line', async () => {
    const [dtype, photos, out] = await Promise.all([
      soutu('model', 'convert', SHIPPED, '--out', join(root, 'x'), '--dtype', 'int4'),
      soutu('model', 'convert', SHIPPED, '--out', join(root, 'x'), '--photos', `${root}/none`),
      soutu('model', 'convert', SHIPPED),
    ]);
    expect(dtype.stderr).toBe(
      'soutu model: --dtype must be one of f32, f16, int8, packed, got "int4".\n',
    );
    expect(photos.stderr).toMatch(/none: no photos; expected a folder with a few JPEG/);
    expect(out.stderr).toBe('soutu model: --out DIR is missing. See --help.\n');
    expect([dtype.code, photos.code, out.code]).toEqual([2, 1, 2]);
  }, 120_000);
});

describe('shards', () => {
  const tensor = (bytes: number): Tensor => ({
    dtype: 'I8',
    shape: [bytes],
    bytes: new Uint8Array(bytes),
  });
  const room = 64 << 10;

  test('whole tensors, each with its steps, none over the limit', () => {
    const tensors = new Map<string, Tensor>();
    for (const name of ['a', 'b', 'c', 'd']) {
      tensors.set(name, tensor(400));
      tensors.set(`${name}.scale`, tensor(100));
    }
    const shards = shardTensors(tensors, room + 1000);
    expect(shards.map((shard) => [...shard.keys()])).toEqual([
      ['a', 'a.scale', 'b', 'b.scale'],
      ['c', 'c.scale', 'd', 'd.scale'],
    ]);
    expect(() => shardTensors(tensors, room + 450)).toThrow(
      'Tensor "a" takes 500 bytes, more than the 450 of one file. Choose int8 or packed.',
    );
  });

  test('bytes in pieces', () => {
    const bytes = Uint8Array.from({ length: 25 }, (_, i) => i);
    expect(shardBytes(bytes, 10).map(({ length }) => length)).toEqual([10, 10, 5]);
    expect(shardBytes(bytes.subarray(0, 20), 10).map(({ length }) => length)).toEqual([10, 10]);
    expect(shardBytes(new Uint8Array(), 10)).toEqual([new Uint8Array()]);
  });
});

test('f16: every half comes back, what lies between goes to the nearer, ties to even', () => {
  const wrong: number[] = [];
  for (let half = 0; half < 0x7c00; half++) {
    const value = halfToFloat(half);
    const isBack = floatToHalf(value) === half && floatToHalf(-value) === (half | 0x8000);
    const middle = half === 0x7bff ? value : (value + halfToFloat(half + 1)) / 2;
    const isEven = half === 0x7bff || floatToHalf(middle) === half + (half % 2);
    const isUp = half === 0x7bff || floatToHalf(middle * (1 + 2 ** -20)) === half + 1;
    if (!isBack || !isEven || !isUp) wrong.push(half);
  }
  expect(wrong).toEqual([]);
  expect(floatToHalf(65520)).toBe(0x7c00);
});

test('int8: no weight is off by more than half a step, the largest is 127', () => {
  const values = Float32Array.of(0.5, -1, 0.003, 0, 0, 0, 8, -7.99, 0.1);
  const tensors = quantise(new Map([['w', { shape: [3, 3], values }]]));
  const scale = floatsOf(tensors, 'w.scale', [3], 'w');
  const got = floatsOf(tensors, 'w', [3, 3], 'w');
  values.forEach((value, i) => {
    const step = scale[Math.floor(i / 3)] as number;
    expect(Math.abs(value - (got[i] as number))).toBeLessThanOrEqual(step / 2 + 1e-7);
  });
  expect([...new Int8Array((tensors.get('w') as Tensor).bytes.buffer)].map(Math.abs)).toContain(
    127,
  );
  expect(f32([1], Float32Array.of(1)).bytes).toEqual(Uint8Array.of(0, 0, 0x80, 0x3f));
});
