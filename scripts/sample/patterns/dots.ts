import { hash3, smoothstep } from '../noise.ts';
import { type Pattern, turnTo } from '../pattern.ts';

/** Random variation, because no two hand-painted dots are the same. */
function wobble(column: number, row: number, what: number, seed: number): number {
  return (hash3(column, row, what, seed) - 0.5) * 0.14;
}

/** Rows of fingertip dots, each row half a step on from the one below. */
export const dots: Pattern = {
  name: 'dots',
  finish: 'dotted',
  phrase: (second) => `${second} dots`,
  second: 'glaze',
  work: 1.2,
  draw: (random, room) => {
    const rows = random.whole(1, 4);
    const around = rows === 1 ? random.whole(8, 12) : random.whole(10, 16);
    const highest = random.between(0.8, 0.9);
    const step = (random.between(0.9, 1.15) * 2 * Math.PI * room.radius) / around / room.length;
    const size = random.between(0.26, 0.36) * Math.min(step * room.length, 0.5);
    const top = Math.min(highest, 1 - (1.25 * size) / room.length);
    const seed = random.whole(1, 1e6);
    const pitch = (2 * Math.PI) / around;
    return (spot, paint) => {
      const row = Math.min(rows - 1, Math.max(0, Math.round((top - spot.up) / step)));
      const shift = row % 2 === 0 ? 0 : 0.5;
      const column = Math.round(spot.angle / pitch - shift);
      const wrapped = ((column % around) + around) % around;
      const centre = (column + shift + wobble(wrapped, row, 1, seed)) * pitch;
      const dx = turnTo(centre, spot.angle) * spot.radius;
      const dy =
        (spot.up - (top - step * row) - wobble(wrapped, row, 2, seed) * step) * room.length;
      // On a neck, the columns are closer together, so the dots are smaller.
      const slim = Math.min(1, spot.radius / (0.8 * room.radius));
      const off =
        Math.sqrt(dx * dx + dy * dy) / (size * slim * (1 + wobble(wrapped, row, 3, seed)));
      const soft = 0.01 / size;
      paint.second = Math.max(paint.second, 1 - smoothstep(1 - soft, 1 + soft, off));
      paint.relief += 0.004 * (1 - smoothstep(0.7, 1.02, off));
    };
  },
};
