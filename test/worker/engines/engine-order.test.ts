import { expect, test } from 'vitest';
import { ENGINE_CHOICES } from '../../../src/browser/engine-choice.ts';
import { EngineError } from '../../../src/core/errors.ts';
import type { BrowserEngine, BrowserEngines } from '../../../src/worker/engines/browser-engines.ts';
import { engineOrder } from '../../../src/worker/engines/engine-order.ts';
import type { Gpu } from '../../../src/worker/engines/gpu.ts';

const engine = (file: string): BrowserEngine => ({
  make: () => Promise.reject(new Error(file)),
  file: { file, bytes: 1, sha256: '' },
  prefetch: () => [],
});
const engines: BrowserEngines = {
  kernel: engine('kernel'),
  onnx: engine('onnx'),
  webgpu: ({ name }) => engine(`webgpu on ${name}`),
};
const gpu: Gpu = { name: 'a/b', isFallback: true, adapter: () => Promise.reject() };
const noGpu = () => Promise.reject(new EngineError('No GPU.'));

/** Their files; of one that cannot run the reason. */
const named = (order: readonly BrowserEngine[]) =>
  Promise.all(
    order.map(
      ({ file, make }) => file?.file ?? make(async () => []).catch(({ message }) => message),
    ),
  );

test.each([
  ['auto', ['kernel', 'onnx']],
  ['kernel', ['kernel', 'onnx']],
  ['onnxruntime', ['onnx', 'kernel']],
  ['webgpu', ['webgpu on a/b', 'kernel', 'onnx']],
] as const)('%s', async (choice, expected) => {
  expect(await named(await engineOrder(choice, engines, null, async () => gpu))).toEqual(expected);
});

test('auto begins with WebGPU if it has won before', async () => {
  const order = await engineOrder('auto', engines, engines.webgpu(gpu), noGpu);
  expect(await named(order)).toEqual(['webgpu on a/b', 'kernel', 'onnx']);
});

test('what cannot run stands in its place with the reason, and needs no file', async () => {
  expect(await named(await engineOrder('webgpu', engines, null, noGpu))).toEqual([
    'No GPU.',
    'kernel',
    'onnx',
  ]);
  const onnxOnly = { ...engines, kernel: null };
  expect(await named(await engineOrder('kernel', onnxOnly, null, noGpu))).toEqual([
    'The convolution kernel runs models of the family "vgg-stack" only, and this one is an ONNX file.',
    'onnx',
  ]);
});

test('a model that is not the kernel’s is ONNX Runtime’s, whatever is chosen', async () => {
  for (const choice of ENGINE_CHOICES) {
    const order = await engineOrder(choice, { ...engines, kernel: null }, null, async () => gpu);
    expect((await named(order)).at(-1)).toBe('onnx');
    expect(await named(order)).not.toContain('kernel');
  }
});
