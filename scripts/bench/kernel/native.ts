/**
 * ONNX Runtime's native build for Node, which has AVX-512. It is installed only for the benchmark, outside the
 * project, without its install script: that downloads more from another host, and the package has the CPU build.
 */
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { encoderOf } from '../../../src/engine/onnx/encoder.ts';
import { INPUT, OUTPUT } from '../../../src/engine/onnx/graph.ts';
import type { OrtRuntime } from '../../../src/engine/onnx/onnx-embedder.ts';

import type { MeasuredModel } from './models.ts';

/** The same release as that of onnxruntime-web. */
const VERSION = '1.30.0';

type NativeRuntime = Pick<OrtRuntime, 'Tensor'> & {
  readonly InferenceSession: {
    create(model: Uint8Array, options: { intraOpNumThreads: number }): ReturnType<Create>;
  };
};
type Create = OrtRuntime['InferenceSession']['create'];

/** @returns a factory: number of threads per session ─▶ runtime */
export async function nativeRuntime(): Promise<(threads: number) => OrtRuntime> {
  const folder = join(tmpdir(), `soutu-bench-onnxruntime-node-${VERSION}`);
  await mkdir(folder, { recursive: true });
  const require = createRequire(join(folder, 'package.json'));
  try {
    require.resolve('onnxruntime-node');
  } catch {
    const flags = ['--ignore-scripts', '--no-save', '--no-audit', '--no-fund', '--prefix', folder];
    await promisify(execFile)('npm', ['install', ...flags, `onnxruntime-node@${VERSION}`]);
  }
  const native = require('onnxruntime-node') as NativeRuntime;
  return (threads) => ({
    Tensor: native.Tensor,
    InferenceSession: {
      create: (model) => native.InferenceSession.create(model, { intraOpNumThreads: threads }),
    },
  });
}

/** Runs a batch of `size` pictures at once. Our own graphs take only one picture at a time. */
export async function nativeBatch(
  runtime: OrtRuntime,
  { spec, weights }: MeasuredModel,
  size: number,
): Promise<() => Promise<unknown>> {
  const model = withBatch(encoderOf(spec, weights).model, size);
  const session = await runtime.InferenceSession.create(model, { executionProviders: ['cpu'] });
  const { width, height } = spec.input;
  const pixels = new Float32Array(size * 3 * width * height).map((_, i) => Math.sin(i));
  const input = new runtime.Tensor('float32', pixels, [size, 3, height, width]);
  return () => session.run({ [INPUT]: input }, [OUTPUT]);
}

/** Sets the first dimension of input and output: a two-byte message (8, the size) before the next dimension. */
function withBatch(model: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const changed = Buffer.from(model);
  const channels = [0x0a, 2, 8, 1, 0x0a, 2, 8, 3];
  const dimension = [0x0a, 2, 8, 1, 0x0a, 3, 8, 0x80, 4];
  for (const shape of [channels, dimension]) {
    const at = changed.lastIndexOf(Buffer.from(shape));
    if (at < 0) throw new Error('The graph does not begin its shapes with a batch of 1.');
    changed[at + 3] = size;
  }
  return new Uint8Array(changed);
}
