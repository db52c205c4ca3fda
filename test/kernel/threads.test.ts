/** Threads that share the kernel's memory give the bits of one; and what becomes of threads that stop. */
import { once } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { seededRandom } from '../../src/core/vector/random.ts';
import { Kernel } from '../../src/kernel/kernel.ts';
import type { Threads } from '../../src/kernel/team.ts';
import { nodeKernelOptions } from '../../src/node/model/embedder/kernel-node.ts';
import { tinyModel } from '../support/tiny-model.ts';
import { IS_LATE, NEVER_COMES, nodeThreads, STOPS } from './node-thread.ts';

const opened: Kernel[] = [];
afterEach(() => {
  for (const kernel of opened.splice(0)) kernel.dispose();
});

type Shape = Parameters<typeof tinyModel>[0];

async function kernelOf(shape: Shape, threads?: Threads): Promise<Kernel> {
  const { spec, tensors } = tinyModel(shape);
  const options = nodeKernelOptions('deterministic');
  const kernel = await Kernel.load(spec, new Map(tensors), {
    ...options,
    ...(threads ? { threads } : {}),
  });
  opened.push(kernel);
  return kernel;
}

const allHaveCome = (kernel: Kernel, count: number) =>
  vi.waitFor(() => expect(kernel.threads).toBe(count), { timeout: 30_000 });

function planesOf({ input }: Shape, seed: number): Float32Array {
  const { width, height } = { ...tinyModel({}).spec.input, ...input };
  const random = seededRandom(seed);
  return Float32Array.from({ length: 3 * width * height }, () => random() * 2 - 1);
}

const bitsOf = ({ data }: { readonly data: Float32Array }) => Buffer.from(data.buffer);

const { input } = tinyModel({}).spec;
const shapes: Record<string, Shape> = {
  'one step': { widths: [[8]], finalPool: 'none' as never },
  'the first layer pooled': { widths: [[4], [8], [5]] },
  'odd sizes': { input: { ...input, width: 91, height: 67 } },
  'both transforms': {
    widths: [
      [16, 16],
      [24, 24],
    ],
    input: { ...input, width: 100, height: 60 },
  },
};

describe.for([2, 3])('%d threads', (count) => {
  test.for(Object.entries(shapes))('%s: twelve times the bits of one thread', async ([, shape]) => {
    const alone = await kernelOf(shape);
    const together = await kernelOf(shape, nodeThreads(count));
    await allHaveCome(together, count);
    for (let seed = 0; seed < 12; seed++) {
      const planes = planesOf(shape, seed);
      const { data } = await together.run(planes);
      expect(Buffer.from(data.buffer)).toEqual(Buffer.from((await alone.run(planes)).data.buffer));
    }
  });
});

const wide: Shape = {
  widths: [
    [16, 16],
    [24, 24],
  ],
  input: { ...input, width: 100, height: 60 },
};

test('a thread that never comes is not missed', async () => {
  const planes = planesOf(wide, 1);
  const alone = await (await kernelOf(wide)).run(planes);
  const kernel = await kernelOf(wide, nodeThreads(2, NEVER_COMES));
  expect(await kernel.run(planes)).toEqual(alone);
  expect(kernel.threads).toBe(1);
});

test('a thread that stops in the middle of its work is ended, and the picture computed alone', async () => {
  const planes = planesOf(wide, 1);
  const alone = await (await kernelOf(wide)).run(planes);
  const threads = nodeThreads(2, STOPS);
  const kernel = await kernelOf(wide, { ...threads, patienceMs: 200 });
  await allHaveCome(kernel, 2);
  let isEnded = false;
  threads.workers[0]?.once('exit', () => {
    isEnded = true;
  });
  // The other thread takes a block only where the first leaves it one.
  await vi.waitFor(
    async () => {
      expect(await kernel.run(planes)).toEqual(alone);
      expect(isEnded).toBe(true);
    },
    { timeout: 30_000 },
  );
  expect(kernel.threads).toBe(1);
  expect(await kernel.run(planes)).toEqual(alone);
});

test('threads that are late, and that the browser lets go on when they are ended, spoil nothing', async () => {
  const alone = await kernelOf(wide);
  let [seed, wrong] = [0, 0];
  for (let round = 0; round < 6; round++) {
    const threads = nodeThreads(3, IS_LATE);
    let isLetGo = false;
    const kernel = await kernelOf(wide, {
      count: 3,
      patienceMs: 200,
      start(start) {
        threads.start(start);
        // Chromium takes two seconds to end a worker that is busy.
        const terminate = () => {
          isLetGo = true;
        };
        return { terminate };
      },
    });
    await allHaveCome(kernel, 3);
    for (let after = 0; after < 30; after += isLetGo ? 1 : 0) {
      // Another picture each time: what is late is of one before.
      const planes = planesOf(wide, seed++);
      const [one, other] = [await alone.run(planes), await kernel.run(planes)];
      if (Buffer.compare(bitsOf(one), bitsOf(other)) !== 0) wrong++;
    }
    expect(kernel.threads).toBe(1);
    for (const worker of threads.workers) await worker.terminate();
  }
  expect(wrong).toBe(0);
});

test('threads that cannot be started are not missed, and those that were are ended in the end', async () => {
  const planes = planesOf(wide, 1);
  const alone = await (await kernelOf(wide)).run(planes);
  const threads = nodeThreads(2);
  const kernel = await kernelOf(wide, {
    count: 3,
    start(start) {
      if (threads.workers.length === 1) throw new Error('no more');
      return threads.start(start);
    },
  });
  await allHaveCome(kernel, 2);
  expect(await kernel.run(planes)).toEqual(alone);
  const ended = once(threads.workers[0] as never, 'exit');
  kernel.dispose();
  await ended;
});

test('dispose ends the threads', async () => {
  const threads = nodeThreads(3);
  const kernel = await kernelOf(wide, threads);
  await allHaveCome(kernel, 3);
  const ended = threads.workers.map((worker) => once(worker, 'exit'));
  kernel.dispose();
  await Promise.all(ended);
  expect(kernel.threads).toBe(0);
});

test('shared memory that cannot be had: the words say how much was asked for', async () => {
  const { Memory } = WebAssembly;
  WebAssembly.Memory = class extends Memory {
    constructor(limits: WebAssembly.MemoryDescriptor) {
      if (limits.shared) throw new RangeError('no room');
      super(limits);
    }
  };
  try {
    await expect(kernelOf(wide, nodeThreads(2))).rejects.toThrow(
      /^tiny: the kernel needs \d+ MB of memory, which this device does not give \(no room\)\./,
    );
  } finally {
    WebAssembly.Memory = Memory;
  }
});
