import { noise3, ringNoise, smoothstep } from '../noise.ts';
import { type Decorate, type Pattern, type Room, turnTo } from '../pattern.ts';
import type { Random } from '../random.ts';

/** Held by the foot and dipped: the upper part, or on a slant, in a second glaze. */
export const dipped: Pattern = {
  name: 'dipped',
  finish: 'dipped',
  phrase: (second) => `dipped in ${second}`,
  second: 'glaze',
  covers: true,
  work: 1.1,
  draw: (random, room) => {
    if (room.flat) return dippedAcross(random, room);
    const line = random.between(0.42, 0.72);
    const slant = random.pick([0, 0, 0.12]) * random.between(0.7, 1.2);
    const toward = random.between(-Math.PI, Math.PI);
    const seed = random.whole(1, 1e6);
    const edge = 0.02 / room.length;
    return (spot, paint) => {
      const level =
        line +
        slant * Math.cos(spot.angle - toward) +
        0.012 * ringNoise(spot.angle, 7, seed) +
        0.006 * ringNoise(spot.angle, 23, seed + 1);
      const over = spot.up - level;
      paint.second = Math.max(paint.second, smoothstep(-edge, edge, over));
      // Where two glazes overlap, the rim of the upper one is thick.
      const bead = Math.exp(-((over * room.length * 22 - 0.7) ** 2));
      paint.thickness += 0.5 * bead;
      paint.relief += 0.008 * bead;
    };
  },
};

/** A plate goes in upright: one side of it takes the glaze, up to a line straight across. */
function dippedAcross(random: Random, room: Room): Decorate {
  const line = random.between(-0.35, 0.3) * room.radius;
  const toward = random.between(-Math.PI, Math.PI);
  const seed = random.whole(1, 1e6);
  return (spot, paint) => {
    const across = spot.x * Math.cos(toward) + spot.z * Math.sin(toward);
    const along = spot.z * Math.cos(toward) - spot.x * Math.sin(toward);
    const over = across - line - 0.03 * noise3(along * 2.2, 0.5, 0.5, seed);
    paint.second = Math.max(paint.second, smoothstep(-0.02, 0.02, over));
    const bead = Math.exp(-((over * 22 - 0.7) ** 2));
    paint.thickness += 0.5 * bead;
    paint.relief += 0.008 * bead;
  };
}

/** The lower wall left unglazed, the glaze ending in a slow wave. */
export const bareBase: Pattern = {
  name: 'bare base',
  finish: 'dipped',
  phrase: (second) => `bare ${second} base`,
  second: 'clay',
  covers: true,
  work: 1,
  draw: (random, room) => {
    const line = random.between(0.32, 0.52);
    const sway = random.between(0.01, 0.05);
    const seed = random.whole(1, 1e6);
    const edge = 0.012 / room.length;
    return (spot, paint) => {
      if (spot.inside) return;
      const level = line + sway * ringNoise(spot.angle, 5, seed);
      const under = level - spot.up;
      paint.second = Math.max(paint.second, smoothstep(-edge, edge, under));
      const bead = Math.exp(-((under * room.length * 20 + 0.9) ** 2));
      paint.thickness += 0.7 * bead;
      paint.relief += 0.01 * bead;
    };
  },
};

interface Run {
  readonly at: number;
  readonly half: number;
  readonly length: number;
}

function drawRuns(random: Random, count: number): Run[] {
  return Array.from({ length: count }, (_, i) => ({
    at: ((i + random.between(-0.28, 0.28)) / count) * 2 * Math.PI,
    half: random.between(0.05, 0.1),
    length: random.between(0.08, 0.46),
  }));
}

/** A second glaze poured over the lip: a collar and runs of all lengths, each with a heavy drop. */
export const drips: Pattern = {
  name: 'drips',
  finish: 'poured',
  phrase: (second) => `${second} drips`,
  second: 'glaze',
  work: 1.15,
  draw: (random, room) => {
    const collar = random.between(0.1, 0.2);
    const runs = drawRuns(random, random.whole(9, 15));
    const seed = random.whole(1, 1e6);
    const scale = Math.min(1.3, room.radius / 0.6);
    return (spot, paint) => {
      const down = (1 - spot.up) * room.length;
      // Signed distance to collar and runs, melted together so that the corners are round.
      let d = down - (collar + 0.03 * ringNoise(spot.angle, 8, seed)) * room.length;
      // At the bottom of a bowl, the runs are closer together, so they are thinner.
      const slim = Math.min(1, 0.3 + (0.85 * spot.radius) / room.radius);
      for (const run of runs) {
        const end = (collar + run.length) * room.length;
        const dx = turnTo(run.at, spot.angle) * spot.radius;
        const dy = Math.max(0, down - end);
        const swell = 1 + 0.25 * smoothstep(end - 0.3, end, down);
        const one = Math.sqrt(dx * dx + dy * dy) - run.half * scale * swell * slim;
        const h = Math.max(0, 0.12 - Math.abs(d - one)) / 0.12;
        d = Math.min(d, one) - h * h * 0.03;
      }
      paint.second = Math.max(paint.second, 1 - smoothstep(-0.012, 0.012, d));
      const body = smoothstep(0.01, -0.06, d);
      paint.relief += 0.022 * body;
      paint.thickness += 0.5 * Math.exp(-((d * 22 + 0.6) ** 2));
    };
  },
};
