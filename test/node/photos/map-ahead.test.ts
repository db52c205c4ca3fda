import { expect, test } from 'vitest';
import { mapAhead } from '../../../src/node/photos/map-ahead.ts';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('results come in order, whatever takes longest', async () => {
  const delays = [12, 1, 6, 0];
  const got: number[] = [];
  for await (const { input, result } of mapAhead(delays, 3, async (ms) =>
    sleep(ms).then(() => ms),
  )) {
    expect(result).toEqual({ value: input });
    got.push(input);
  }
  expect(got).toEqual(delays);
});

test('never more than `ahead` under way, and as many as that', async () => {
  let under = 0;
  let most = 0;
  const inputs = Array.from({ length: 10 }, (_, i) => i);
  const work = async () => {
    most = Math.max(most, ++under);
    await sleep(1);
    under--;
  };
  for await (const _ of mapAhead(inputs, 3, work)) await sleep(2);
  expect(most).toBe(3);
});

test('one that fails arrives as its error and stops nothing', async () => {
  const seen: unknown[] = [];
  const map = async (n: number) => {
    if (n === 2) throw new Error('two');
    return n * 10;
  };
  for await (const { result } of mapAhead([1, 2, 3], 2, map)) {
    seen.push('error' in result ? (result.error as Error).message : result.value);
  }
  expect(seen).toEqual([10, 'two', 30]);
});

test('nothing in, nothing out', async () => {
  const all = mapAhead([], 4, async () => expect.unreachable());
  expect(await all.next()).toEqual({ done: true, value: undefined });
});

test('a reader that stops early waits for those that have begun', async () => {
  let under = 0;
  const work = async () => {
    under++;
    await sleep(5);
    under--;
  };
  for await (const _ of mapAhead([1, 2, 3, 4], 3, work)) break;
  expect(under).toBe(0);
});
