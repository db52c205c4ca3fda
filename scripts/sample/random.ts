import { seededRandom } from '../../src/core/vector/random.ts';

/** A reproducible stream of random numbers: the same seed gives the same stream. */
export interface Random {
  /** 0 ≤ x < 1 */
  next(): number;
  between(low: number, high: number): number;
  /** An integer from low to high, both inclusive. */
  whole(low: number, high: number): number;
  pick<T>(list: readonly T[]): T;
  shuffled<T>(list: readonly T[]): T[];
}

/** FNV-1a hash of the words: one seed per named thing, so that a new kind does not change the others. */
export function seedOf(...words: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const char of words.join('/')) {
    hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  }
  return hash >>> 0;
}

/** The stream of one named thing: `randomOf(1, 'vase-001', 'views')`. */
export function randomOf(...words: readonly (string | number)[]): Random {
  const next = seededRandom(seedOf(...words));
  const between = (low: number, high: number): number => low + (high - low) * next();
  const whole = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const pick = <T>(list: readonly T[]): T => {
    if (list.length === 0)
      throw new RangeError('Expected a list with something in it to pick from.');
    return list[whole(0, list.length - 1)] as T;
  };
  const shuffled = <T>(list: readonly T[]): T[] => {
    const out = [...list];
    for (let i = out.length - 1; i > 0; i--) {
      const j = whole(0, i);
      [out[i], out[j]] = [out[j] as T, out[i] as T];
    }
    return out;
  };
  return { next, between, whole, pick, shuffled };
}
