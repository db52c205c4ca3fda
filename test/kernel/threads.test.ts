/** Threads that share the kernel's memory give the bits of one; and what becomes of threads that stop. */
import { once } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import { allHaveCome, kernelOf, planesOf, SHAPES, sameBits, WIDE } from './kernel-threads.ts';
import { NEVER_COMES, nodeThreads, STOPS } from './node-thread.ts';

describe.for([2, 3])('%d threads', (count) => {
  // Twelve pictures in threads.long.test.ts.
  test.for(Object.entries(SHAPES))('%s: twice the bits of one thread', ([, shape]) =>
    sameBits(shape, count, 2),
  );
});

test('a thread that never comes is not missed', async () => {
  const planes = planesOf(WIDE, 1);
  const alone = await (await kernelOf(WIDE)).run(planes);
  const kernel = await kernelOf(WIDE, nodeThreads(2, NEVER_COMES));
  expect(await kernel.run(planes)).toEqual(alone);
  expect(kernel.threads).toBe(1);
});

test('a thread that stops in the middle of its work is ended, and the picture computed alone', async () => {
  const planes = planesOf(WIDE, 1);
  const alone = await (await kernelOf(WIDE)).run(planes);
  const threads = nodeThreads(2, STOPS);
  const kernel = await kernelOf(WIDE, { ...threads, patienceMs: 200 });
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
    { timeout: 60_000 },
  );
  expect(kernel.threads).toBe(1);
  expect(await kernel.run(planes)).toEqual(alone);
});

test('threads that cannot be started are not missed, and those that were are ended in the end', async () => {
  const planes = planesOf(WIDE, 1);
  const alone = await (await kernelOf(WIDE)).run(planes);
  const threads = nodeThreads(2);
  const kernel = await kernelOf(WIDE, {
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
  const kernel = await kernelOf(WIDE, threads);
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
    await expect(kernelOf(WIDE, nodeThreads(2))).rejects.toThrow(
      /^tiny: the kernel needs \d+ MB of memory, which this device does not give \(no room\)\./,
    );
  } finally {
    WebAssembly.Memory = Memory;
  }
});
