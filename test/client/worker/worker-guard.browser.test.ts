import { afterEach, describe, expect, test, vi } from 'vitest';
import type { EngineChoice } from '../../../src/browser/engine-choice.ts';
import type { CallOptions } from '../../../src/client/api.ts';
import { isSlowLine } from '../../../src/client/connection/slow-line.ts';
import { WorkerDied } from '../../../src/client/worker/running-worker.ts';
import {
  DEFAULT_LIMITS,
  type GuardLimits,
  WorkerGuard,
} from '../../../src/client/worker/worker-guard.ts';
import type { BundleInfo } from '../../../src/core/contract.ts';
import { EngineError } from '../../../src/core/errors.ts';

const SAME = { format: 'the release of the visit' };
let started = 0;
let opened: BundleInfo[] = [];
const guards: WorkerGuard[] = [];

afterEach(() => {
  for (const guard of guards.splice(0)) guard.end('The test is over.');
  started = 0;
  opened = [];
});

function guardOf(
  limits: Partial<GuardLimits> = {},
  bundle = 'shop',
  locks = true,
  engine: EngineChoice = 'auto',
): WorkerGuard {
  const start = () => {
    started++;
    const url = new URL('./scripted-worker.ts', import.meta.url);
    if (!locks) url.searchParams.set('no-locks', '');
    return new Worker(url, { type: 'module' });
  };
  const guard = new WorkerGuard({ bundle, engine, assets: null }, start, {
    ...DEFAULT_LIMITS,
    ...limits,
  });
  guards.push(guard);
  return guard;
}

const ask = (guard: WorkerGuard, what: string, call: CallOptions = {}): Promise<unknown> =>
  guard.call((api, id, info) => {
    opened.push(info);
    return api.search(id, { id: what }, {}) as Promise<unknown>;
  }, call);

describe('calls', () => {
  test('start no worker before the first, and one for all, each in its turn', async () => {
    const guard = guardOf();
    expect([started, guard.state]).toEqual([0, 'unstarted']);
    const calls = ['alone', 'alone', 'answer'].map((what) => ask(guard, what));
    expect(await Promise.all(calls)).toEqual([0, 0, 'answer']);
    expect([started, guard.state]).toEqual([1, 'awake']);
    const settings = { remote: null, engine: 'auto', savesData: false, slowLine: isSlowLine() };
    expect(opened[0]).toEqual({ bundle: 'shop', release: 'newest', settings });
  });

  test('after a release that is gone open the newest one, in the same worker', async () => {
    const guard = guardOf();
    await expect(ask(guard, 'gone')).rejects.toThrow('404');
    await ask(guard, 'answer');
    expect(opened.map((info) => (info as unknown as { release: unknown }).release)).toEqual([
      'newest',
      'newest',
    ]);
    expect(started).toBe(1);
  });

  test('tell the worker which engine is wanted, and that the visitor saves data', async () => {
    const connection = { configurable: true, value: { saveData: true } };
    Object.defineProperty(navigator, 'connection', connection);
    try {
      await ask(guardOf({}, 'shop', true, 'webgpu'), 'answer');
    } finally {
      Reflect.deleteProperty(navigator, 'connection');
    }
    expect(opened[0]).toMatchObject({ settings: { engine: 'webgpu', savesData: true } });
  });

  test('are told how far they are, and all that wait how far the loading is', async () => {
    const guard = guardOf();
    const told: string[] = [];
    const note = (name: string): CallOptions => ({
      onProgress: ({ step }) => told.push(`${name} ${step}`),
    });
    await Promise.all([ask(guard, 'tell', note('a')), ask(guard, 'answer', note('b'))]);
    expect(told).toEqual(['a embed', 'a engine', 'b engine']);
  });

  test('keep the name and words of an error, and the worker lives on', async () => {
    const guard = guardOf();
    await expect(ask(guard, 'refuse')).rejects.toMatchObject({
      name: 'PhotoError',
      message: 'No.',
    });
    expect(guard.state).toBe('awake');
  });

  test('a runtime that broke is not asked again: the next call has a new worker', async () => {
    const guard = guardOf();
    const error = await ask(guard, 'break').catch((thrown: unknown) => thrown);
    expect(error, 'its class crosses the boundary').toBeInstanceOf(EngineError);
    expect(error).toMatchObject({ name: 'ModelError', message: 'No engine.' });
    expect(guard.state).toBe('stopped');
    expect(await ask(guard, 'answer')).toBe('answer');
    expect(started).toBe(2);
  });

  test('a bundle that cannot be opened is tried again by the next call, in the same worker', async () => {
    const guard = guardOf({}, 'broken');
    for (const _ of [1, 2]) {
      await expect(ask(guard, 'answer')).rejects.toMatchObject({
        name: 'NetworkError',
        message: 'Not here.',
      });
    }
    expect([started, guard.state]).toEqual([1, 'awake']);
  });
});

describe('abort', () => {
  /** As soon as the worker has been asked, however long its start takes. */
  const onceAsked = async (controller: AbortController) => {
    const before = opened.length;
    await vi.waitFor(() => expect(opened.length).toBeGreaterThan(before), { timeout: 10_000 });
    controller.abort(new Error('changed my mind'));
  };

  test('before and while waiting: the call is never made', async () => {
    const guard = guardOf();
    const before = AbortSignal.abort(new Error('too late'));
    await expect(ask(guard, 'answer', { signal: before })).rejects.toThrow('too late');
    expect(started).toBe(0);

    const waiting = new AbortController();
    const first = ask(guard, 'alone');
    const second = ask(guard, 'crash', { signal: waiting.signal });
    waiting.abort(new Error('changed my mind'));
    await expect(second).rejects.toThrow('changed my mind');
    expect(await first).toBe(0);
    expect(await ask(guard, 'answer')).toBe('answer');
    expect(started).toBe(1);
  });

  test('while running: the call rejects at once, and the worker is told', async () => {
    const guard = guardOf();
    const controller = new AbortController();
    const abort = onceAsked(controller);
    await expect(ask(guard, 'wait', { signal: controller.signal })).rejects.toThrow('changed my');
    await abort;
    expect(await ask(guard, 'answer')).toBe('answer');
    expect(started).toBe(1);
  });

  test('while the bundle is opened, for a reason of any name: the load goes on for the next call', async () => {
    const guard = guardOf({}, 'slow');
    const controller = new AbortController();
    const aborted = ask(guard, 'crash', { signal: controller.signal });
    await vi.waitFor(() => expect(started).toBe(1));
    controller.abort(new TypeError('changed my mind'));
    await expect(aborted).rejects.toThrow('changed my mind');
    expect(await ask(guard, 'answer')).toBe('answer');
    expect([started, opened.length]).toEqual([1, 1]);
  });

  test('a worker that does not stop is ended when another call waits for it', async () => {
    const guard = guardOf({ abortMs: 50 });
    await ask(guard, 'answer');
    const controller = new AbortController();
    void onceAsked(controller);
    await expect(ask(guard, 'stubborn', { signal: controller.signal })).rejects.toThrow();
    expect(guard.state).toBe('awake');
    expect(await ask(guard, 'answer')).toBe('answer');
    expect(started).toBe(2);
    expect(opened.at(-1)).toMatchObject({ bundle: 'shop', release: SAME });
  });
});

describe('a worker that dies', () => {
  const dies = (guard: WorkerGuard, what: string) =>
    ask(guard, what).then(
      () => null,
      (error: Error) => ({ died: error instanceof WorkerDied, message: error.message }),
    );

  test('of an error: what it asked is rejected with the reason, and the next call has a new one', async () => {
    const guard = guardOf();
    const got = await dies(guard, 'crash');
    expect(got?.died).toBe(true);
    expect(got?.message).toMatch(
      /^The search worker stopped \(.*out of memory\)\. Try again: the next search restarts it\.$/,
    );
    expect(guard.state).toBe('stopped');
    expect(await ask(guard, 'answer')).toBe('answer');
    expect(started).toBe(2);
  });

  test('without a word: its lock tells', async () => {
    const guard = guardOf();
    await ask(guard, 'answer');
    // The worker holds its lock, and the page waits for it.
    await vi.waitFor(async () => {
      const { held = [], pending = [] } = await navigator.locks.query();
      const waitedFor = pending.map(({ name }) => name);
      const met = held.filter(({ name }) => waitedFor.includes(name));
      expect(met.map(({ name }) => name)).toContainEqual(expect.stringMatching(/^soutu-worker-/));
    });
    const before = performance.now();
    expect(await dies(guard, 'vanish')).toEqual({
      died: true,
      message:
        'The search worker stopped (the system took it away). Try again: the next search restarts it.',
    });
    expect(performance.now() - before).toBeLessThan(DEFAULT_LIMITS.pingMs);
  });

  test('without a word where there are no locks, or hangs: its silence tells', async () => {
    const limits = { pingMs: 50, pings: 4 };
    const words = /^The search worker stopped \(no answer for 0 seconds\)/;
    const gone = await dies(guardOf(limits, 'shop', false), 'vanish');
    expect(gone?.message).toMatch(words);
    const hung = await dies(guardOf(limits), 'hang');
    expect(hung?.message).toMatch(words);
  });
});

describe('the end', () => {
  test('after a pause the memory is given back; the next call wakes the same release', async () => {
    const guard = guardOf({ idleMs: 60 });
    const told: string[] = [];
    const stop = guard.watch((state) => told.push(state));
    await ask(guard, 'answer');
    expect(told).toEqual(['awake']);
    await vi.waitFor(() => expect(guard.state).toBe('asleep'));
    expect(await ask(guard, 'answer')).toBe('answer');
    expect(told).toEqual(['awake', 'asleep', 'awake']);
    stop();
    guard.end('The test is over.');
    expect(told).toHaveLength(3);
    expect(DEFAULT_LIMITS.idleMs).toBe(2 * 60 * 1000);
    expect([started, opened.at(-1)]).toMatchObject([2, { bundle: 'shop', release: SAME }]);
  });

  test('ended, what waits is rejected with the reason', async () => {
    const guard = guardOf();
    const waiting = ask(guard, 'wait');
    await vi.waitFor(() => expect(opened).toHaveLength(1));
    guard.end('The search was disposed.');
    await expect(waiting).rejects.toThrow('The search was disposed.');
    expect(guard.state).toBe('stopped');
  });
});
