/** Kernels of small models, alone and with threads. */
import { afterEach, expect, vi } from 'vitest';
import { seededRandom } from '../../src/core/vector/random.ts';
import { Kernel } from '../../src/kernel/kernel.ts';
import type { Threads } from '../../src/kernel/team.ts';
import { nodeKernelOptions } from '../../src/node/model/embedder/kernel-node.ts';
import { tinyModel } from '../support/tiny-model.ts';
import { nodeThreads } from './node-thread.ts';

const opened: Kernel[] = [];
afterEach(() => {
  for (const kernel of opened.splice(0)) kernel.dispose();
});

export type Shape = Parameters<typeof tinyModel>[0];

/** A kernel in deterministic mode; it is disposed of after the test. */
export async function kernelOf(shape: Shape, threads?: Threads): Promise<Kernel> {
  const { spec, tensors } = tinyModel(shape);
  const options = nodeKernelOptions('deterministic');
  const kernel = await Kernel.load(spec, new Map(tensors), {
    ...options,
    ...(threads ? { threads } : {}),
  });
  opened.push(kernel);
  return kernel;
}

export const allHaveCome = (kernel: Kernel, count: number) =>
  vi.waitFor(() => expect(kernel.threads).toBe(count), { timeout: 60_000 });

/** Seeded planes as the model takes them. */
export function planesOf({ input }: Shape, seed: number): Float32Array {
  const { width, height } = { ...tinyModel({}).spec.input, ...input };
  const random = seededRandom(seed);
  return Float32Array.from({ length: 3 * width * height }, () => random() * 2 - 1);
}

export const bitsOf = ({ data }: { readonly data: Float32Array }) => Buffer.from(data.buffer);

const { input } = tinyModel({}).spec;
/** Blocks for several threads in every step. */
export const WIDE: Shape = {
  widths: [
    [16, 16],
    [24, 24],
  ],
  input: { ...input, width: 100, height: 60 },
};
export const SHAPES: Record<string, Shape> = {
  'one step': { widths: [[8]], finalPool: 'none' as never },
  'the first layer pooled': { widths: [[4], [8], [5]] },
  'odd sizes': { input: { ...input, width: 91, height: 67 } },
  'both transforms': WIDE,
};

/** Seeded pictures give the same bits on threads as on one. */
export async function sameBits(shape: Shape, threads: number, pictures: number): Promise<void> {
  const alone = await kernelOf(shape);
  const together = await kernelOf(shape, nodeThreads(threads));
  await allHaveCome(together, threads);
  for (let seed = 0; seed < pictures; seed++) {
    const planes = planesOf(shape, seed);
    const { data } = await together.run(planes);
    expect(Buffer.from(data.buffer)).toEqual(Buffer.from((await alone.run(planes)).data.buffer));
  }
}
