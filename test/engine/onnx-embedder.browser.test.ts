/** The reference vectors of PyTorch, by ONNX Runtime in the browser as the worker wires it. */
import { expect, test } from 'vitest';
import { commands } from 'vitest/browser';
import type { RgbaImage } from '../../src/core/image/pixels.ts';
import { type ModelSpec, parseModelSpec } from '../../src/core/model/spec.ts';
import { decodeBase64, decodeFloats } from '../../src/core/text.ts';
import { cosine } from '../../src/core/vector/arithmetic.ts';
import { seededRandom } from '../../src/core/vector/random.ts';
import { checkCanary } from '../../src/engine/canary.ts';
import type { Embedder } from '../../src/engine/embedder.ts';
import { writeOnnxGraph } from '../../src/engine/onnx/graph.ts';
import { createBrowserEmbedder } from '../../src/worker/engines/onnx-browser.ts';
import { ORT_WASM } from '../../src/worker/engines/ort-wasm.ts';
import { tinyForward, tinyModel } from '../support/tiny-model.ts';

const SHIPPED = 'public/models/vgg16-lite';
const SHARED = '../shared/models';

const text = (path: string) => commands.readFile(path, 'utf-8');
const bytes = async (path: string) => decodeBase64(await commands.readFile(path, 'base64'));
const reference = await text(`${SHARED}/vgg16-lite/reference.json`).catch(() => null);
const reason = reference ? '' : ' (skipped: ../shared is not here)';

const binary = async () => new Uint8Array(await (await fetch(ORT_WASM.wasm.url)).arrayBuffer());

const embedderOf = async (spec: ModelSpec, folder: string): Promise<Embedder> => {
  const files = await Promise.all(spec.weights.files.map((ref) => bytes(`${folder}/${ref.file}`)));
  return createBrowserEmbedder(spec, files, await binary());
};

async function shipped(): Promise<Embedder> {
  const spec = parseModelSpec(JSON.parse(await text(`${SHIPPED}/model.json`)), 'model.json');
  return embedderOf(spec, SHIPPED);
}

async function sharedF32(): Promise<Embedder> {
  const { weights, ...card } = JSON.parse(await text(`${SHARED}/vgg16-lite/model.json`));
  const { file, bytes: size, sha256 } = weights;
  const files = [{ file, bytes: size, sha256 }];
  const spec = parseModelSpec(
    { ...card, preprocessing: 1, weights: { dtype: 'F32', files } },
    'model.json',
  );
  return embedderOf(spec, `${SHARED}/vgg16-lite`);
}

async function pixelsOf(path: string): Promise<RgbaImage> {
  const bitmap = await createImageBitmap(new Blob([await bytes(path)]));
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  if (!context) throw new Error('no canvas');
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height);
}

test.skipIf(!reference)(
  `20 reference vectors, f32 weights: cosine at least 0.99999${reason}`,
  { timeout: 60_000 },
  async () => {
    const photos: Record<string, string> = JSON.parse(reference ?? '{}').photos;
    const embedder = await sharedF32();
    let worst = 1;
    for (const [name, vector] of Object.entries(photos)) {
      const got = await embedder.embed(await pixelsOf(`${SHARED}/reference/${name}-128.png`));
      worst = Math.min(worst, cosine(got, decodeFloats(vector)));
    }
    await embedder.dispose();
    expect(Object.keys(photos)).toHaveLength(20);
    expect(worst).toBeGreaterThanOrEqual(0.99999);
  },
);

test('the canary passes, and a wrong one fails with both cosines', {
  timeout: 60_000,
}, async () => {
  const embedder = await shipped();
  await checkCanary(embedder);
  const { canary } = embedder.spec;
  if (!canary) throw new Error('the shipped model has a canary');
  const wrong = { ...canary, rgb: canary.rgb.replace(/[A-M]/g, 'z') };
  const broken = { ...embedder, spec: { ...embedder.spec, canary: wrong } };
  await expect(checkCanary(broken)).rejects.toThrow(
    /vgg16-lite: this device computes wrongly with onnxruntime-wasm: .* is -?0\.\d+, expected at least 0\.999/,
  );
  await embedder.dispose();
});

test('an ONNX encoder of one’s own, and R-MAC of a stack, against plain loops', {
  timeout: 60_000,
}, async () => {
  const random = seededRandom(3);
  const data = Uint8Array.from({ length: 32 * 32 * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : random() * 256,
  );
  const photo = { width: 32, height: 32, data };
  const model = tinyModel({ pooling: 'rmac', finalPool: '2x2' });
  const { name, normalize, dimension, input, preprocessing, licence, attribution } = model.spec;
  const onnx: ModelSpec = {
    ...{ name, normalize, dimension, input, preprocessing, licence, attribution, canary: null },
    family: 'onnx',
    graph: { input: 'pixels', output: 'embedding', pooling: 'rmac' },
    weights: { dtype: 'onnx', files: model.spec.weights.files },
  };
  const expected = tinyForward(model, data);
  for (const [spec, file] of [
    [model.spec, model.file],
    [onnx, writeOnnxGraph(model.spec, model.tensors)],
  ] as const) {
    const embedder = await createBrowserEmbedder(spec, [file], await binary());
    const got = await embedder.embed(photo);
    await embedder.dispose();
    const worst = Math.max(...expected.map((x, i) => Math.abs(x - (got[i] ?? Number.NaN))));
    expect(worst).toBeLessThan(1e-5);
  }
});
