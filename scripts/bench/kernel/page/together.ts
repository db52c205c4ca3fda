/** Compares ONNX Runtime with the kernel: VGG16 on several threads. */
import { startThread } from '../../../../src/worker/engines/kernel-threads.ts';
import { alternate } from './alternate.ts';
import { embed, kernelOf, onnxOf } from './engines.ts';

self.onmessage = async ({ data }: MessageEvent<{ rounds: number; threads: number }>) => {
  const { rounds, threads: count } = data;
  const onnx = await onnxOf('vgg16', count);
  const { embedder: fast } = await kernelOf('vgg16', 'fast', { count, start: startThread });
  const run = { onnx: embed(onnx), fast: embed(fast) };
  while (fast.threadsPerPhoto !== count) await run.fast();
  self.postMessage(await alternate(run, rounds));
};
