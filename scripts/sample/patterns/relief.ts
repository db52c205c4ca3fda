import { smoothstep } from '../noise.ts';
import type { Pattern } from '../pattern.ts';

/** Grooves cut from shoulder to foot; the glaze breaks on the ridges and pools between them. */
export const fluted: Pattern = {
  name: 'flutes',
  finish: 'carved',
  phrase: () => 'fluted',
  second: 'none',
  work: 1.3,
  draw: (random, room) => {
    const count = random.whole(14, 26);
    const lean = random.pick([0, 0, 1]) * random.between(-0.9, 0.9);
    const low = random.between(0.06, 0.14);
    const high = random.between(0.78, 0.9);
    const depth = Math.min(0.05, (0.55 * room.radius) / count);
    return (spot, paint) => {
      if (spot.inside) return;
      const turn = (spot.angle + lean * spot.up) * count;
      // Round grooves that meet in sharp ridges, as a loop tool cuts them.
      const ridge = 1 - Math.abs(Math.sin(turn / 2));
      const zone =
        smoothstep(low, low + 0.05, spot.up) * (1 - smoothstep(high, high + 0.05, spot.up));
      paint.relief += depth * zone * (ridge - 0.5);
      paint.thickness += zone * (0.75 - 1.9 * ridge ** 1.5);
    };
  },
};

/** Finger rings left from throwing, all the way up. */
export const ribbed: Pattern = {
  name: 'ribs',
  finish: 'carved',
  phrase: () => 'ribbed',
  second: 'none',
  work: 1.1,
  draw: (random, room) => {
    const gap = random.between(0.11, 0.17) * Math.min(1.25, 0.6 + 0.4 * room.length);
    const phase = random.between(0, 6);
    return (spot, paint) => {
      if (spot.up < 0) return;
      const wave = Math.sin((spot.up * room.length * 2 * Math.PI) / gap + phase);
      const ridge = 0.5 + 0.5 * wave;
      const zone = smoothstep(0.06, 0.12, spot.up) * (1 - smoothstep(0.86, 0.92, spot.up));
      paint.relief += 0.13 * gap * zone * wave;
      paint.thickness += zone * (0.5 - 1.25 * ridge ** 3);
    };
  },
};
