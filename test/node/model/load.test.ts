/** A model by whatever the user calls it: an ONNX encoder of one's own, other pooling, other preset. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Bundle } from '../../../src/core/bundle/bundle.ts';
import { PRESETS } from '../../../src/core/model/input-spec.ts';
import { decodeFloats } from '../../../src/core/text.ts';
import { cosine } from '../../../src/core/vector/arithmetic.ts';
import { checkCanary } from '../../../src/engine/canary.ts';
import { writeOnnxGraph } from '../../../src/engine/onnx/graph.ts';
import { createNodeEmbedder } from '../../../src/node/model/embedder/onnx-node.ts';
import { loadModel } from '../../../src/node/model/load.ts';
import { openFolderSource } from '../../../src/node/search/folder-source.ts';
import { soutu } from '../../support/command/run-soutu.ts';
import { writePhotos } from '../../support/photos.ts';
import { tempFolder } from '../../support/temp.ts';
import { tinyModel } from '../../support/tiny-model.ts';

const root = await tempFolder();
const tiny = tinyModel({ projection: { out: 12, bias: true } });
const spec = {
  dimension: 12,
  input: { width: 32, height: 32, mean: [100, 110, 120], scale: [1 / 64, 1 / 32, 1 / 128] },
  graph: { input: 'pixels', output: 'embedding' },
  licence: 'Apache-2.0',
  attribution: 'An encoder of the test.',
};

async function writeEncoder(name: string, fields: object = spec): Promise<string> {
  const path = join(root, name);
  await writeFile(path, writeOnnxGraph(tiny.spec, tiny.tensors));
  await writeFile(path.replace('.onnx', '.json'), JSON.stringify(fields));
  return path;
}

test('an .onnx file with its spec: built into a bundle, and searched', async () => {
  const path = await writeEncoder('my encoder.onnx');
  const photos = join(root, 'photos');
  await writePhotos(photos, { 'a.png': 1, 'b.png': 2, 'c.png': 3 });
  const out = join(root, 'site');
  const built = await soutu('build', photos, '--out', out, '--bundle-only', '--model', path);
  expect(built).toMatchObject({ code: 0 });
  const { manifest } = await Bundle.open(await openFolderSource(out));
  expect(manifest.model).toMatchObject({
    name: 'my-encoder',
    family: 'onnx',
    licence: 'Apache-2.0',
    attribution: 'An encoder of the test.',
    weights: { dtype: 'onnx', files: [{ file: expect.stringMatching(/^weights-\w+\.onnx$/) }] },
  });
  expect(manifest.model.canary).not.toBeNull();
  const asked = await soutu('query', out, join(photos, 'b.png'), '--min-score', '-1', '--json');
  const { hits, model } = JSON.parse(asked.stdout);
  expect(model).toBe('my-encoder');
  expect(hits[0]).toMatchObject({ id: 'b.png' });
  expect(hits[0].score).toBeGreaterThan(0.999);
});

test('what is missing or wrong about it is told', async () => {
  const path = await writeEncoder('bad.onnx', { ...spec, dimension: 13 });
  await expect(loadModel(path)).rejects.toThrow(
    'bad: output "embedding" has the shape [1,12], expected 13 numbers of f32.',
  );
  await expect(loadModel(path, { spec: join(root, 'none.json') })).rejects.toThrow(
    `bad.onnx: no spec file; expected ${join(root, 'none.json')}, or another with --spec: JSON with "dimension"`,
  );
  await writeFile(join(root, 'text.json'), 'hello');
  await expect(loadModel(path, { spec: join(root, 'text.json') })).rejects.toThrow(
    /text\.json: not JSON: /,
  );
  await expect(
    loadModel(join(root, 'gone.onnx'), { spec: join(root, 'bad.json') }),
  ).rejects.toThrow(/gone\.onnx: cannot be read: ENOENT/);
  await expect(loadModel(await writeEncoder('x.onnx'), { pooling: 'rmac' })).rejects.toThrow(
    '--pooling is for stacks; x is an ONNX encoder: put "pooling" into "graph" of its spec.',
  );
});

test.each([{}, { pooling: 'rmac' }, { pooling: 'max' }, { preset: 'keras' }] as const)(
  'the canary is right for %j of vgg16-lite',
  async (variant) => {
    const model = await loadModel('vgg16-lite', variant);
    if ('preset' in variant) expect(model.spec.input).toMatchObject(PRESETS.keras);
    const embedder = await createNodeEmbedder(model.spec, model.weights);
    await checkCanary(embedder);
    await embedder.dispose();
    // With the weights of another variant it would not pass unnoticed.
    const plain = await loadModel('vgg16-lite');
    const [a, b] = [model, plain].map(({ spec: { canary } }) => decodeFloats(canary?.vector ?? ''));
    const same = cosine(a as Float32Array, b as Float32Array);
    if (Object.keys(variant).length > 0) expect(same).toBeLessThan(0.999);
  },
);
