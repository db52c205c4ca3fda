/** The kernel in the browser: the bits of Node, and the vectors of ONNX Runtime. */
import { expect, test } from 'vitest';
import { commands } from 'vitest/browser';
import { AssetCache } from '../../src/cache/asset-cache.ts';
import { createMemoryStore } from '../../src/cache/memory-store.ts';
import { parseModelSpec } from '../../src/core/model/spec.ts';
import { decodeBase64 } from '../../src/core/text.ts';
import { cosine } from '../../src/core/vector/arithmetic.ts';
import { seededRandom } from '../../src/core/vector/random.ts';
import { openEmbedder } from '../../src/engine/open-embedder.ts';
import { browserEngines } from '../../src/worker/engines/browser-engines.ts';
import { engineOrder } from '../../src/worker/engines/engine-order.ts';
import { KERNEL_WASM } from '../../src/worker/engines/kernel-wasm.ts';
import { HASH_OF_TWENTY, HASH_WITH_COLOURS, hashOfTwenty } from '../kernel/twenty-vectors.ts';
import { twoViews } from '../support/two-views.ts';

const SHIPPED = 'public/models/vgg16-lite';

test('deterministic: 20 vectors have the hash that they have in Node', async () => {
  const cache = new AssetCache(createMemoryStore());
  const read = (precision: 'deterministic' | 'fast') =>
    cache.read(KERNEL_WASM[precision].url, KERNEL_WASM[precision].ref);
  expect(await hashOfTwenty(read)).toBe(HASH_OF_TWENTY);
  expect(await hashOfTwenty(read, twoViews())).toBe(HASH_WITH_COLOURS);
});

test('the shipped model as the worker opens it: fast, and what ONNX Runtime says', {
  timeout: 60_000,
}, async () => {
  const raw = await commands.readFile(`${SHIPPED}/model.json`, 'utf-8');
  const spec = parseModelSpec(JSON.parse(raw), 'model.json');
  const weights = () =>
    Promise.all(
      spec.weights.files.map(async ({ file }) =>
        decodeBase64(await commands.readFile(`${SHIPPED}/${file}`, 'base64')),
      ),
    );
  const asked: string[] = [];
  const cache = new AssetCache(createMemoryStore());
  const engines = browserEngines(spec, cache, ({ file }) => asked.push(file));
  const order = await engineOrder('auto', engines, null, () => expect.unreachable());
  const makers = order.map(({ make }) => make);
  const { embedder: kernel, failures } = await openEmbedder(makers, weights);
  expect([kernel.engine, failures, asked]).toEqual(['kernel-fast', [], []]);
  const { embedder: onnx } = await openEmbedder(makers.slice(1), weights);
  expect([onnx.engine, asked]).toEqual(['onnxruntime-wasm', ['ort-wasm-simd-threaded.wasm']]);
  for (let i = 0; i < 5; i++) {
    const random = seededRandom(i);
    const size = { width: 100 + 20 * i, height: 128 };
    const data = new Uint8Array(size.width * size.height * 4).map(() => random() * 256);
    const [a, b] = [await kernel.embed({ ...size, data }), await onnx.embed({ ...size, data })];
    expect(cosine(a, b)).toBeGreaterThanOrEqual(0.999999);
  }
  await Promise.all([kernel.dispose(), onnx.dispose()]);
});
