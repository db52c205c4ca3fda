import { describe, expect, test } from 'vitest';
import { concat } from '../../src/core/concat.ts';
import { median } from '../../src/core/median.ts';
import { withTimeout } from '../../src/core/timeout.ts';

describe('median', () => {
  test('the middle value, whatever the order; of an even number the mean of two', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 9])).toBe(3);
    expect(median([])).toBeNaN();
  });

  test('leaves the list as it was', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('concat', () => {
  test('joins parts in order, of any length', () => {
    const joined = concat(Float32Array, [
      Float32Array.of(1, 2),
      new Float32Array(),
      Float32Array.of(3),
    ]);
    expect(joined).toEqual(Float32Array.of(1, 2, 3));
  });

  test('a single part is a copy', () => {
    const part = Uint8Array.of(7);
    const joined = concat(Uint8Array, [part]);
    part[0] = 8;
    expect(joined).toEqual(Uint8Array.of(7));
  });
});

describe('withTimeout', () => {
  const tooLate = () => new Error('no answer');

  test('an answer in time, and a failure in time, pass through', async () => {
    await expect(withTimeout(Promise.resolve(1), 1000, tooLate)).resolves.toBe(1);
    await expect(withTimeout(Promise.reject(new Error('own')), 1000, tooLate)).rejects.toThrow(
      'own',
    );
  });

  test('a late answer rejects with the error that was asked for', async () => {
    const never = new Promise<never>(() => undefined);
    await expect(withTimeout(never, 5, tooLate)).rejects.toThrow('no answer');
  });
});
