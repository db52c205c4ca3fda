import { spots3 } from '../noise.ts';
import type { Pattern } from '../pattern.ts';

/** A second glaze flicked from a stiff brush. */
export const speckled: Pattern = {
  name: 'speckle',
  finish: 'speckled',
  phrase: (second) => `speckled with ${second}`,
  second: 'glaze',
  covers: true,
  work: 1.05,
  draw: (random, room) => {
    const cell = random.between(0.11, 0.19) * Math.min(1.3, 0.55 + 0.45 * room.radius);
    const share = random.between(0.5, 0.8);
    const seed = random.whole(1, 1e6);
    return ({ x, y, z }, paint) => {
      const cover = spots3(x / cell, y / cell, z / cell, share, seed);
      paint.second = Math.max(paint.second, 0.92 * cover);
    };
  },
};
