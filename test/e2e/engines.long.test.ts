/** Who runs the model: chosen by the page, or by what is quicker on the device. */
import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { beforeAll, describe, expect, inject, type TestContext, test } from 'vitest';
import { SOFTWARE_GPU_ARGS } from '../../scripts/browser/find.ts';
import { buildSite } from '../support/command/build-site.ts';
import { tempFolder } from '../support/temp.ts';
import { writeWideModel } from '../support/wide-model.ts';
import { withPrelude } from './support/prelude.ts';
import { errorOf, hitsOf, STRICT_CSP, search, visit } from './support/visit.ts';

const sample = inject('sampleSite');
const query = 'public/sample/queries/vase-001.jpg';
const photo = 'public/sample/photos/vase-001-1.jpg';
const folder = await tempFolder();
const wide = join(folder, 'wide');

beforeAll(async () => {
  await mkdir(join(folder, 'photos'));
  for (const kind of ['bowl', 'mug', 'vase']) {
    await cp(`public/sample/photos/${kind}-001-1.jpg`, join(folder, `photos/${kind}.jpg`));
  }
  await writeWideModel(join(folder, 'model'));
  await buildSite(join(folder, 'photos'), wide, ['--model', join(folder, 'model')]);
});

const choose = (page: Page, engine: string) =>
  page
    .locator('soutu-search')
    .first()
    .evaluate((element, it) => element.setAttribute('engine', it), engine);
/** A model of this size is the visitor's to decide. */
async function searchAgreed(page: Page) {
  const answer = hitsOf(search(page, photo));
  await page.getByRole('button', { name: 'Download and search' }).click();
  return answer;
}

/** Skips where the browser has no GPU of software. */
async function needGpu(page: Page, { skip }: TestContext): Promise<void> {
  const isThere = await page.evaluate(
    async () => 'Suspending' in WebAssembly && Boolean(await navigator.gpu?.requestAdapter()),
  );
  if (!isThere) skip('this browser has no WebGPU on SwiftShader, or no JSPI');
}

/** Scripts and binaries of engines that were asked for, without their hashes. */
const engineFilesOf = (asked: readonly string[]) => {
  const names = asked.map((path) => path.replace(/^assets\/(.+)-[0-9a-f]{16}(\.\w+)$/, '$1$2'));
  return [...new Set(names)].filter((name) => /^(kernel|onnx|ort)/.test(name)).sort();
};

// A GPU of software takes its time on a loaded machine.
describe('chosen by the page', { timeout: 120_000 }, () => {
  test('webgpu, under a strict policy: ONNX Runtime reads the photo on the GPU', async (context) => {
    const { page, asked } = await visit(wide, {
      csp: `${STRICT_CSP}; require-trusted-types-for 'script'`,
      launchArgs: SOFTWARE_GPU_ARGS,
      expectConsole: /No available adapters/,
    });
    await needGpu(page, context);
    await choose(page, 'webgpu');
    const { engine, hits, notices } = await searchAgreed(page);
    expect(notices).toEqual([]);
    expect(engine.embedder).toBe('onnxruntime-webgpu');
    expect(hits[0]?.id).toBe('vase.jpg');
    expect(engineFilesOf(asked)).toEqual([
      'onnx-embedder.js',
      'onnx-webgpu.js',
      'ort-wasm-simd-threaded.jspi.mjs',
      'ort-wasm-simd-threaded.jspi.wasm',
    ]);
  });

  test('onnxruntime, beside an element that leaves it to us: each has a worker of its own', async () => {
    const { page, asked } = await visit(sample);
    await choose(page, 'onnxruntime');
    const first = await hitsOf(search(page, query));
    expect([first.engine.embedder, first.hits[0]?.group, first.notices]).toEqual([
      'onnxruntime-wasm',
      'vase-001',
      [],
    ]);
    expect(engineFilesOf(asked)).toEqual([
      'onnx-browser.js',
      'onnx-embedder.js',
      'ort-wasm-simd-threaded.mjs',
      'ort-wasm-simd-threaded.wasm',
    ]);
    const workers = () => page.workers().filter((it) => it.url().includes('/main-')).length;
    expect(workers()).toBe(1);
    const bytes = await readFile(query, 'base64');
    const byOther = await page.evaluate(async (base64) => {
      const other = document.createElement('soutu-search');
      other.bundle = 'bundle';
      document.body.append(other);
      await other.searchPhoto(await (await fetch(`data:image/jpeg;base64,${base64}`)).blob());
      return other.response?.engine.embedder;
    }, bytes);
    expect([byOther, workers()]).toEqual(['kernel-fast', 2]);
    // One that changes its mind leaves its worker, and joins the other's.
    await choose(page, 'auto');
    expect((await hitsOf(search(page, query))).engine.embedder).toBe('kernel-fast');
    expect(workers()).toBe(1);
  });

  test('onnxruntime in a site that was built without it: the kernel answers, with a notice', async () => {
    const { page } = await visit(sample, {
      expectConsole: /404/,
      answer(path, _, response) {
        if (!/^assets\/(onnx|ort)-/.test(path)) return false;
        response.writeHead(404).end();
        return true;
      },
    });
    await choose(page, 'onnxruntime');
    const { engine, notices } = await hitsOf(search(page, query));
    expect([engine.embedder, notices.map(({ code }) => code)]).toEqual([
      'kernel-fast',
      ['engine-fallback'],
    ]);
    expect(notices[0]?.message).toMatch(
      /ONNX Runtime cannot be loaded \(.+\)\. `soutu build` puts it into sites .+ with --onnxruntime\./,
    );
  });

  test('another word is an error that lists them', async () => {
    const { page } = await visit(sample);
    await choose(page, 'gpu');
    expect(await errorOf(search(page, query))).toEqual({
      name: 'UsageError',
      message:
        '<soutu-search>: "engine" must be "auto", "kernel", "onnxruntime", "webgpu", got "gpu".',
    });
  });

  test('webgpu in a site that was built without it: the kernel answers, with a notice', async (context) => {
    const { page, requests } = await visit(sample, {
      launchArgs: SOFTWARE_GPU_ARGS,
      expectConsole: /404|No available adapters/,
    });
    await needGpu(page, context);
    await choose(page, 'webgpu');
    const { engine, notices } = await hitsOf(search(page, query));
    expect(engine.embedder).toBe('kernel-fast');
    expect(notices.map(({ code }) => code)).toEqual(['engine-fallback']);
    expect(notices[0]?.message).toMatch(
      /ONNX Runtime's WebGPU build cannot be loaded \(.+\)\. `soutu build`/,
    );
    expect(requests.some((path) => path.startsWith('assets/onnx-webgpu-'))).toBe(true);
  });
});

describe('left to us, for a wide model', { timeout: 180_000 }, () => {
  /** What a visit has found out, as it lies on the device; another outcome can be put in its place. */
  const noted = (page: Page, outcome?: string) =>
    page.evaluate(
      (put) =>
        new Promise<{ outcome: string; at: number } | null>((resolve, reject) => {
          const opening = indexedDB.open('soutu');
          opening.onerror = () => reject(opening.error);
          opening.onsuccess = () => {
            const store = opening.result.transaction('assets', 'readwrite').objectStore('assets');
            const reading = store.openCursor(IDBKeyRange.bound('engine:', 'engine;'));
            reading.onsuccess = () => {
              const cursor = reading.result;
              const value = cursor && JSON.parse(new TextDecoder().decode(cursor.value));
              if (value && put) {
                value.outcome = put;
                cursor.update(new TextEncoder().encode(JSON.stringify(value)));
              }
              opening.result.close();
              resolve(value);
            };
          };
        }),
      outcome,
    );
  const isOfGpu = (path: string) => /jspi|onnx-webgpu/.test(path);

  test('the kernel answers, WebGPU is measured in the pause; the winner opens the next visit, and is followed where it is lost', async (context) => {
    // A GPU of software that does not say so, and the devices that it gives.
    const prelude = `
      Object.defineProperty(GPUAdapterInfo.prototype, 'isFallbackAdapter', { get: () => false });
      self.devices = [];
      const { requestDevice } = GPUAdapter.prototype;
      GPUAdapter.prototype.requestDevice = async function (...args) {
        const device = await requestDevice.apply(this, args);
        self.devices.push(device);
        return device;
      };`;
    const { page, url, requests } = await visit(wide, {
      csp: STRICT_CSP,
      launchArgs: SOFTWARE_GPU_ARGS,
      expectConsole: /No available adapters/,
      answer: withPrelude(wide, prelude),
    });
    await needGpu(page, context);
    const first = await searchAgreed(page);
    expect([first.engine.embedder, first.notices]).toEqual(['kernel-fast', []]);
    expect(requests.filter(isOfGpu)).toEqual([]);
    const outcome = async () => (await noted(page))?.outcome;
    await expect.poll(outcome, { timeout: 100_000 }).toMatch(/^(other|webgpu)$/);
    expect(engineFilesOf(requests.filter(isOfGpu))).toEqual([
      'onnx-webgpu.js',
      'ort-wasm-simd-threaded.jspi.mjs',
      'ort-wasm-simd-threaded.jspi.wasm',
    ]);

    // As on a device whose GPU has won.
    await noted(page, 'webgpu');
    const { at } = (await noted(page)) ?? {};
    await page.goto(url);
    const second = await hitsOf(search(page, photo));
    expect([second.engine.embedder, second.notices]).toEqual(['onnxruntime-webgpu', []]);
    expect(await noted(page)).toMatchObject({ outcome: 'webgpu', at });

    const [worker] = page.workers();
    await worker?.evaluate(() =>
      (self as unknown as { devices: GPUDevice[] }).devices[0]?.destroy(),
    );
    const third = await hitsOf(search(page, photo));
    expect([third.engine.embedder, third.hits[0]?.id]).toEqual(['kernel-fast', 'vase.jpg']);
    expect(third.notices.map(({ code, message }) => `${code} ${message}`)).toEqual([
      expect.stringMatching(/^engine-fallback .*onnxruntime-webgpu is gone: Device was destroyed/),
    ]);
    await expect.poll(outcome).toBe('failed');
  });

  test('without a GPU nothing of it is loaded', async () => {
    const visited = await visit(wide, {
      expectConsole: /No available adapters/,
      answer: withPrelude(
        wide,
        `const { requestAdapter } = GPU.prototype;
        GPU.prototype.requestAdapter = async function () {
          const adapter = await requestAdapter.call(this);
          setTimeout(() => (self.wasAsked = true));
          return adapter;
        };`,
      ),
    });
    const { page, requests } = visited;
    expect((await searchAgreed(page)).engine.embedder).toBe('kernel-fast');
    const [worker] = page.workers();
    const wasAsked = () => worker?.evaluate(() => 'wasAsked' in self);
    await expect.poll(wasAsked).toBe(true);
    expect(requests.filter(isOfGpu)).toEqual([]);
  });
});
