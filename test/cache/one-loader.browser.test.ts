import { afterEach, expect, test, vi } from 'vitest';
import { oneLoader } from '../../src/cache/one-loader.ts';

let next = 0;
const key = () => `test-${next++}`;
const nothing = () => undefined;

/** A load that the test ends. */
function held() {
  let end: (value: string) => void = nothing;
  const load = (tell: (loaded: number) => void) => {
    running.tell = tell;
    return new Promise<string>((resolve) => {
      end = resolve;
    });
  };
  const running = {
    load,
    end: (value: string) => end(value),
    tell: (_: number): void => undefined,
  };
  return running;
}

afterEach(() => {
  vi.unstubAllGlobals();
});

test('the second waits for the first, hears how far it is, and then looks for itself', async () => {
  const name = key();
  const first = held();
  const heard: number[] = [];
  const load = vi.fn(async () => 'found kept');
  const one = oneLoader(name, first.load, nothing);
  await vi.waitFor(async () => {
    const { held: locks = [] } = await navigator.locks.query();
    expect(locks.map((lock) => lock.name)).toContain(`soutu-load-${name}`);
  });
  const two = oneLoader(name, load, (loaded) => heard.push(loaded));
  await vi.waitFor(() => {
    first.tell(512);
    expect(heard).toContain(512);
  });
  expect(load).not.toHaveBeenCalled();
  first.end('fetched');
  expect(await Promise.all([one, two])).toEqual(['fetched', 'found kept']);
});

test('a failure is the failing one’s only: the next takes its turn', async () => {
  const name = key();
  const one = oneLoader(name, () => Promise.reject(new Error('no network')), nothing);
  const two = oneLoader(name, async () => 'mine', nothing);
  await expect(one).rejects.toThrow('no network');
  expect(await two).toBe('mine');
});

test('nobody waits for a tab that says nothing', async () => {
  const name = key();
  const asleep = held();
  const one = oneLoader(name, asleep.load, nothing);
  expect(await oneLoader(name, async () => 'mine', nothing, 100)).toBe('mine');
  asleep.end('at last');
  expect(await one).toBe('at last');
});

test('one that goes on talking is waited for, longer than its silence would be borne', async () => {
  const name = key();
  const slow = held();
  const one = oneLoader(name, slow.load, nothing);
  const load = vi.fn(async () => 'found kept');
  const two = oneLoader(name, load, nothing, 1500);
  const talking = setInterval(() => slow.tell(1), 20);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  clearInterval(talking);
  expect(load).not.toHaveBeenCalled();
  slow.end('done');
  expect(await Promise.all([one, two])).toEqual(['done', 'found kept']);
});

test('where there are no locks, or none for this page, each loads for itself', async () => {
  vi.stubGlobal('navigator', {});
  expect(await oneLoader(key(), async () => 'mine', nothing)).toBe('mine');
  const request = () => Promise.reject(new DOMException('Not here.', 'SecurityError'));
  vi.stubGlobal('navigator', { locks: { request } });
  expect(await oneLoader(key(), async () => 'mine', nothing)).toBe('mine');
});
