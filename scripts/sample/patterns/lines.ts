import { smoothstep } from '../noise.ts';
import type { Pattern } from '../pattern.ts';

/** Lines of a sea: two to four, one above the other. */
export const waves: Pattern = {
  name: 'waves',
  finish: 'brushed',
  phrase: (second) => `${second} waves`,
  second: 'glaze',
  work: 1.2,
  draw: (random, room) => {
    const lines = random.whole(2, 4);
    const around = random.whole(7, 11);
    const from = random.between(0.42, 0.52);
    const gap = (0.86 - from) / Math.max(1, lines - 1);
    const high =
      Math.min(0.42 * gap, (0.5 * room.radius) / around / room.length) * random.between(0.8, 1.2);
    const half = random.between(0.024, 0.036) / room.length;
    return (spot, paint) => {
      for (let i = 0; i < lines; i++) {
        const turn = spot.angle * around + (i % 2) * Math.PI;
        const crest = high * Math.sin(turn);
        // The line's own slope would make it thin on the flanks: measure across it.
        const slope = (high * around * Math.cos(turn) * room.length) / Math.max(0.2, spot.radius);
        const off = Math.abs(spot.up - from - gap * i - crest) / Math.sqrt(1 + slope * slope);
        const weight = half * (1 + 0.45 * Math.sin(turn * 2 + i));
        const cover = 1 - smoothstep(weight - 0.008, weight + 0.008, off);
        paint.second = Math.max(paint.second, 0.95 * cover);
      }
    };
  },
};

/** The distance of a number from the nearest integer. */
function toWhole(t: number): number {
  return Math.abs(t - Math.round(t));
}

/** Two sets of slanting lines between two rings. */
export const lattice: Pattern = {
  name: 'lattice',
  finish: 'brushed',
  phrase: (second) => `${second} lattice`,
  second: 'glaze',
  work: 1.25,
  draw: (random, room) => {
    const around = random.whole(9, 14);
    const low = random.between(0.36, 0.5);
    const high = random.between(0.82, 0.9);
    const half = random.between(0.017, 0.026);
    const steep = random.between(0.85, 1.25) * (around / (2 * Math.PI * room.radius)) * room.length;
    return (spot, paint) => {
      if (spot.up < low - 0.05 || spot.up > high + 0.05) return;
      const a = (spot.angle * around) / (2 * Math.PI);
      const b = (spot.up - low) * steep;
      const pitch = (2 * Math.PI * spot.radius) / around;
      let off = Math.min(toWhole(a + b), toWhole(a - b)) * pitch * 0.72;
      if (spot.up < low || spot.up > high) off = 1;
      const ring = Math.min(Math.abs(spot.up - low), Math.abs(spot.up - high)) * room.length;
      off = Math.min(off, ring * 0.75);
      paint.second = Math.max(paint.second, 1 - smoothstep(half - 0.008, half + 0.008, off));
    };
  },
};
