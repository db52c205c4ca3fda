import { describe, expect, test, vi } from 'vitest';
import { lazy } from '../../src/core/lazy.ts';

describe('lazy', () => {
  test('makes nothing until it is asked, and then once', async () => {
    const make = vi.fn(async () => ({}));
    const get = lazy(make);
    expect(make).not.toHaveBeenCalled();
    expect(get.started()).toBeNull();
    const [a, b] = await Promise.all([get(), get()]);
    expect(a).toBe(b);
    expect(await get()).toBe(a);
    expect(await get.started()).toBe(a);
    expect(make).toHaveBeenCalledTimes(1);
  });

  test('whoever waits shares a failure, the next call tries again', async () => {
    const make = vi.fn(async () => 'made').mockRejectedValueOnce(new Error('offline'));
    const get = lazy(make);
    const first = [get(), get()];
    expect(get.started()).toBe(first[0]);
    for (const promise of first) await expect(promise).rejects.toThrow('offline');
    expect(make).toHaveBeenCalledTimes(1);
    expect(get.started()).toBeNull();
    expect(await get()).toBe('made');
    expect(make).toHaveBeenCalledTimes(2);
  });
});
