/** The engines of a built site: those that its model and its owner need. */
import { expect, test } from 'vitest';
import { filesFor } from '../../../../src/node/build/page/engine-files.ts';
import { withShell } from '../../../../src/node/build/page/offline.ts';
import { tinyModel } from '../../../support/tiny-model.ts';

const NARROW = tinyModel({ widths: [[4]] }).spec;
const WIDE = { ...NARROW, widths: [[512, 560]] };
const OF_GPU = [
  'assets/onnx-webgpu-6317e2c73d12c80f.js',
  'assets/ort-wasm-simd-threaded.jspi-99cc5a821e2b697e.wasm',
  'assets/ort-wasm-simd-threaded.jspi-efccb021199c1f6d.mjs',
];
const SHARED = ['assets/onnx-embedder-7f41b35319891b91.js'];
const OF_WASM = [
  'assets/onnx-browser-b16a5107cc5e387e.js',
  'assets/ort-wasm-simd-threaded-2ac88c1ea964af35.mjs',
  'assets/ort-wasm-simd-threaded-dc1eb6eb6e5044e9.wasm',
];
const OTHERS = [
  'assets/kernel-0bd6ec0469ba6081.wasm',
  'assets/page-e12d01afb820fba4.js',
  'index.html',
];
const FILES = new Map(
  [...OF_GPU, ...SHARED, ...OF_WASM, ...OTHERS].map((name) => [name, Uint8Array.of(1)]),
);
const ENCODER = { ...NARROW, family: 'onnx' } as unknown as Parameters<typeof filesFor>[0];

test.each([
  ['a narrow stack: the kernel only', NARROW, false, OTHERS],
  ['a wide stack: the GPU may be faster', WIDE, false, [...OF_GPU, ...SHARED, ...OTHERS]],
  ['a stack whose owner asks', NARROW, true, [...SHARED, ...OF_WASM, ...OTHERS]],
])('%s', (_, spec, onnxruntime, names) => {
  expect([...filesFor(spec, FILES, onnxruntime).keys()]).toEqual(names);
});

test('an ONNX encoder has ONNX Runtime', () => {
  expect([...filesFor(ENCODER, FILES).keys()]).toEqual(expect.arrayContaining(OF_WASM));
});

test('no service worker loads the WebGPU build ahead', () => {
  const [line = ''] = withShell('', FILES).split(';');
  const { files } = JSON.parse(line.slice(line.indexOf('{')));
  expect(files.filter((name: string) => OF_GPU.includes(name))).toEqual([]);
  expect(files).toContain('./');
});
