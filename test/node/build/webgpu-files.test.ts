/** ONNX Runtime's WebGPU build, which few visitors come to need. */
import { expect, test } from 'vitest';
import { withShell } from '../../../src/node/build/offline.ts';
import { filesFor } from '../../../src/node/build/webgpu-files.ts';
import { tinyModel } from '../../support/tiny-model.ts';

const NARROW = tinyModel({ widths: [[4]] }).spec;
const WIDE = { ...NARROW, widths: [[512, 560]] };
const OF_GPU = [
  'assets/onnx-webgpu-6317e2c73d12c80f.js',
  'assets/ort-wasm-simd-threaded.jspi-99cc5a821e2b697e.wasm',
  'assets/ort-wasm-simd-threaded.jspi-efccb021199c1f6d.mjs',
];
const OTHERS = [
  'assets/onnx-browser-b16a5107cc5e387e.js',
  'assets/ort-wasm-simd-threaded-2ac88c1ea964af35.mjs',
  'assets/page-e12d01afb820fba4.js',
  'index.html',
];
const FILES = new Map([...OF_GPU, ...OTHERS].map((name) => [name, Uint8Array.of(1)]));

test('lies in sites of wide models only', () => {
  expect([...filesFor(NARROW, FILES).keys()]).toEqual(OTHERS);
  expect([...filesFor(WIDE, FILES).keys()]).toEqual([...OF_GPU, ...OTHERS]);
});

test('no service worker loads it ahead', () => {
  const [line = ''] = withShell('', FILES).split(';');
  const { files } = JSON.parse(line.slice(line.indexOf('{')));
  expect(files).toEqual([...OTHERS.slice(0, 3), './']);
});
