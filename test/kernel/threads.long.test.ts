/** Threads that share the kernel's memory, many times: races are rare. */
import { describe, expect, test } from 'vitest';
import {
  allHaveCome,
  bitsOf,
  kernelOf,
  planesOf,
  SHAPES,
  sameBits,
  WIDE,
} from './kernel-threads.ts';
import { IS_LATE, nodeThreads } from './node-thread.ts';

describe.for([2, 3])('%d threads', (count) => {
  test.for(Object.entries(SHAPES))('%s: twelve times the bits of one thread', ([, shape]) =>
    sameBits(shape, count, 12),
  );
});

test('threads that are late, and that the browser lets go on when they are ended, spoil nothing', async () => {
  const alone = await kernelOf(WIDE);
  let [seed, wrong] = [0, 0];
  for (let round = 0; round < 6; round++) {
    const threads = nodeThreads(3, IS_LATE);
    let isLetGo = false;
    const kernel = await kernelOf(WIDE, {
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
      const planes = planesOf(WIDE, seed++);
      const [one, other] = [await alone.run(planes), await kernel.run(planes)];
      if (Buffer.compare(bitsOf(one), bitsOf(other)) !== 0) wrong++;
    }
    expect(kernel.threads).toBe(1);
    for (const worker of threads.workers) await worker.terminate();
  }
  expect(wrong).toBe(0);
});
