import { ringNoise, smoothstep } from '../noise.ts';
import type { Pattern } from '../pattern.ts';

/** Two to four rings, drawn with a loaded brush on the turning wheel. */
export const bands: Pattern = {
  name: 'bands',
  finish: 'banded',
  phrase: (second) => `banded in ${second}`,
  second: 'glaze',
  work: 1.1,
  draw: (random, room) => {
    const count = random.whole(2, 4);
    const start = random.between(0.34, 0.5);
    const gap = (0.92 - start) / count;
    const rings = Array.from({ length: count }, (_, i) => ({
      at: start + gap * (i + random.between(0.35, 0.65)),
      half: random.pick([0.035, 0.06, 0.1]) * random.between(0.8, 1.2) * Math.min(1, gap * 5),
      seed: random.whole(1, 1e6),
    }));
    const edge = 0.012 / room.length;
    return (spot, paint) => {
      for (const { at, half, seed } of rings) {
        const off = Math.abs(spot.up - at - 0.006 * ringNoise(spot.angle, 9, seed));
        const cover = 1 - smoothstep(half - edge, half + edge, off);
        // The brush leaves more colour at the edges of its path than in the middle.
        const load = 0.86 + 0.14 * smoothstep(0.2, 0.9, off / half);
        paint.second = Math.max(paint.second, cover * load);
      }
    };
  },
};
