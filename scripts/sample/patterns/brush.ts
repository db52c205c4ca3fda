import { noise3, smoothstep } from '../noise.ts';
import { type Decorate, type Pattern, type Room, turnTo } from '../pattern.ts';
import type { Random } from '../random.ts';

/** One stroke on the unrolled wall: from a point, bending, thick in the middle and thin at its end. */
interface Stroke {
  readonly angle: number;
  readonly up: number;
  /** Where it goes, decimetres to the right and upwards, and how far its middle bends aside. */
  readonly right: number;
  readonly rise: number;
  readonly bend: number;
  readonly half: number;
}

const PIECES = 7;

function paintStrokes(strokes: readonly Stroke[], room: Room, seed: number): Decorate {
  return (spot, paint) => {
    if (spot.up < 0.02) return;
    for (const stroke of strokes) {
      const x = turnTo(stroke.angle, spot.angle) * spot.radius;
      const y = (spot.up - stroke.up) * room.length;
      const length = Math.hypot(stroke.right, stroke.rise);
      if (x * x + y * y > (length + Math.abs(stroke.bend) + stroke.half) ** 2) continue;
      // Along and across the stroke's chord; its bend is a parabola that is zero at both ends.
      const t = (x * stroke.right + y * stroke.rise) / (length * length);
      if (t <= 0 || t >= 1) continue;
      const off = (x * stroke.rise - y * stroke.right) / length - stroke.bend * 4 * t * (1 - t);
      const half = stroke.half * Math.sqrt(Math.sin(Math.PI * t ** 0.7));
      const dry = 0.16 * noise3(off * 60, t * 3, stroke.angle * 9, seed) * smoothstep(0.35, 1, t);
      const cover = 1 - smoothstep(half * 0.82, half * 1.02 + 0.004, Math.abs(off) + dry * half);
      paint.second = Math.max(paint.second, cover * (0.96 - 0.3 * smoothstep(0.3, 1, t)));
    }
  };
}

/** Grasses and arcs in a few quick strokes, the same group again and again around the pot. */
export const brushwork: Pattern = {
  name: 'brushwork',
  finish: 'brushed',
  phrase: (second) => `${second} brushwork`,
  second: 'glaze',
  work: 1.35,
  draw: (random, room) => {
    const groups = random.whole(4, 5);
    const low = random.between(0.36, 0.46);
    const reach = (0.92 - low) * room.length;
    const count = random.whole(3, 5);
    const group = Array.from({ length: count }, (_, i): Stroke => {
      const fan = (i / (count - 1) - 0.5) * 1.7 + random.between(-0.15, 0.15);
      const length = reach * random.between(0.65, 0.98);
      return {
        angle: random.between(-0.1, 0.1),
        up: low,
        right: Math.sin(fan) * length * 0.75,
        rise: Math.cos(fan * 0.8) * length,
        bend: -fan * length * 0.16,
        half: random.between(0.03, 0.055) * Math.min(1.6, room.radius / 0.5),
      };
    });
    return paintStrokes(repeat(random, group, groups), room, random.whole(1, 1e6));
  },
};

/** Leaves in pairs along an upright stem. */
export const sprigs: Pattern = {
  name: 'sprigs',
  finish: 'brushed',
  phrase: (second) => `${second} leaf sprigs`,
  second: 'glaze',
  work: 1.4,
  draw: (random, room) => {
    const groups = random.whole(5, 7);
    const low = random.between(0.3, 0.4);
    const reach = (0.9 - low) * room.length;
    const pairs = random.whole(3, PIECES - 3);
    const leaf = Math.min(reach / pairs, (Math.PI * room.radius) / groups) * 0.72;
    const stem: Stroke = { angle: 0, up: low, right: 0, rise: reach, bend: 0.03, half: 0.014 };
    const leaves = Array.from({ length: pairs * 2 }, (_, i): Stroke => {
      const level = (Math.floor(i / 2) + 0.45) / pairs;
      const sign = i % 2 === 0 ? 1 : -1;
      return {
        angle: 0,
        up: low + (0.85 * level * reach) / room.length + (i % 2) * 0.015,
        right: sign * leaf * 0.85,
        rise: leaf * 0.7,
        bend: sign * leaf * 0.14,
        half: leaf * random.between(0.18, 0.24),
      };
    });
    return paintStrokes(repeat(random, [stem, ...leaves], groups), room, random.whole(1, 1e6));
  },
};

function repeat(random: Random, group: readonly Stroke[], times: number): Stroke[] {
  return Array.from({ length: times }, (_, i) => {
    const at = ((i + random.between(-0.06, 0.06)) * 2 * Math.PI) / times;
    const size = random.between(0.92, 1.06);
    return group.map((stroke) => ({
      ...stroke,
      angle: at + stroke.angle,
      right: stroke.right * size,
      rise: stroke.rise * size,
    }));
  }).flat();
}
