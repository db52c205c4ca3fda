import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Pauses } from '../../src/worker/pauses.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The signal of the next pause once it has come. */
function waiting(pauses: Pauses) {
  const state: { signal: AbortSignal | null } = { signal: null };
  void pauses.pause().then((signal) => {
    state.signal = signal;
  });
  return state;
}

test('a pause comes when nothing was asked for a while, and ends with the next call', async () => {
  const pauses = new Pauses(1000);
  const ends = [pauses.begin(), pauses.begin()];
  const state = waiting(pauses);
  await vi.advanceTimersByTimeAsync(5000);
  expect(state.signal).toBeNull();
  ends[0]?.();
  await vi.advanceTimersByTimeAsync(5000);
  expect(state.signal).toBeNull();
  ends[1]?.();
  await vi.advanceTimersByTimeAsync(999);
  expect(state.signal).toBeNull();
  await vi.advanceTimersByTimeAsync(1);
  expect(state.signal?.aborted).toBe(false);
  // Whoever asks within it need not wait again.
  const within = waiting(pauses);
  await vi.advanceTimersByTimeAsync(0);
  expect(within.signal).toBe(state.signal);
  const end = pauses.begin();
  expect(state.signal?.aborted).toBe(true);
  expect(state.signal?.reason).toMatchObject({
    name: 'AbortError',
    message: 'A search has begun.',
  });
  const next = waiting(pauses);
  end();
  await vi.advanceTimersByTimeAsync(1000);
  expect(next.signal?.aborted).toBe(false);
});

test('a call meanwhile begins the wait anew', async () => {
  const pauses = new Pauses(1000);
  const state = waiting(pauses);
  await vi.advanceTimersByTimeAsync(900);
  pauses.begin()();
  await vi.advanceTimersByTimeAsync(900);
  expect(state.signal).toBeNull();
  await vi.advanceTimersByTimeAsync(100);
  expect(state.signal).not.toBeNull();
});

test('where nobody waits no timer runs', async () => {
  const pauses = new Pauses(1000);
  pauses.begin()();
  expect(vi.getTimerCount()).toBe(0);
});
