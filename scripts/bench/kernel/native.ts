/**
 * ONNX Runtime's native build for Node, which has AVX-512: installed for the benchmark alone, outside the
 * project. Its install script would download more from another host; the CPU build lies in the package.
 */
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { OrtRuntime } from '../../../src/engine/onnx/onnx-embedder.ts';

/** The same release as onnxruntime-web's. */
const VERSION = '1.30.0';

type NativeRuntime = Pick<OrtRuntime, 'Tensor'> & {
  readonly InferenceSession: {
    create(model: Uint8Array, options: { intraOpNumThreads: number }): ReturnType<Create>;
  };
};
type Create = OrtRuntime['InferenceSession']['create'];

/** @returns the runtime with a number of threads in each session */
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
