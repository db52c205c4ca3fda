import { drawHandle } from '../handles.ts';
import type { Random } from '../random.ts';
import type { Cap } from '../solid.ts';
import { type Knot, smoothLine } from '../spline.ts';
import type { Sweep } from '../sweep.ts';
import { type Fit, type Kind, wallRadiusAt } from '../turn.ts';

const HANDLE = {
  upper: [0.78, 0.84],
  lower: [0.26, 0.36],
  reach: [0.62, 0.76],
  half: [0.05, 0.062],
} as const;

const withEar: Fit = (line, random) => ({
  sweeps: [drawSpout(line, random), drawHandle(line, HANDLE, random)],
  cap: drawLid(line, random),
});

const withBail: Fit = (line, random) => ({
  sweeps: [drawSpout(line, random), drawBail(line, random)],
  cap: drawLid(line, random),
});

/** Rises from the belly and bends forward at the end. It must reach the lip's height, or tea would run out. */
function drawSpout(line: readonly Knot[], random: Random): Sweep {
  const lip = (line.at(-1) as Knot)[1];
  const low = lip * random.between(0.36, 0.44);
  const root = wallRadiusAt(line, low);
  const widest = Math.max(...line.map(([r]) => r));
  const reach = random.between(0.36, 0.46);
  const tip = lip * random.between(1, 1.1);
  const up = (share: number): number => low + (tip - low) * share;
  const knots: Knot[] = [
    [-(root - 0.06), low, 0.2],
    [-(widest + reach * 0.26), up(0.16), 0.15],
    [-(widest + reach * 0.55), up(0.52), 0.108],
    [-(widest + reach * random.between(0.7, 0.78)), up(0.84), 0.09],
    [-(widest + reach), tip, 0.08],
  ];
  return { line: smoothLine(knots), pipe: 0.03 };
}

/** An arch over the lid, from shoulder to shoulder. */
function drawBail(line: readonly Knot[], random: Random): Sweep {
  const lip = (line.at(-1) as Knot)[1];
  const foot = lip * 0.86;
  const out = wallRadiusAt(line, foot);
  const top = lip + random.between(0.72, 0.9);
  const half = random.between(0.048, 0.056);
  const arch = [-1, -1.02, -0.72, 0, 0.72, 1.02, 1].map((side, i): Knot => {
    const up = [0, 0.42, 0.86, 1, 0.86, 0.42, 0][i] as number;
    return [out * side * (up === 0 ? 0.98 : 1), foot + (top - foot) * up, half];
  });
  return { line: smoothLine(arch), depth: half * 1.5 };
}

/** A dome that overlaps the lip a little, and a knob to hold it by. */
function drawLid(line: readonly Knot[], random: Random): Cap {
  const [mouth, lip, half] = line.at(-1) as Knot;
  const edge = mouth + random.between(0.02, 0.05);
  const seat = lip + half + 0.022;
  const dome = random.between(0.1, 0.22);
  const body = smoothLine([
    [0, seat + dome, 0.04],
    [edge * 0.45, seat + dome * 0.84, 0.04],
    [edge * 0.82, seat + dome * 0.36, 0.038],
    [edge, seat, 0.03],
  ]);
  const [stem, ball] = random.pick([
    [0.05, 0.085],
    [0.06, 0.1],
    [0.1, 0.075],
  ] as const);
  const knob: Knot[] = [
    [0, seat + dome, 0.06],
    [0, seat + dome + stem, 0.045],
    [0, seat + dome + stem + ball * 0.9, ball],
  ];
  return { material: 'glaze', lines: [body, knob] };
}

export const teapot: Kind = {
  name: 'teapot',
  wall: [0.06, 0.032],
  foot: [0.03, 0.06],
  decorated: 'outside',
  elevation: [14, 32],
  price: [84, 168],
  swing: 46,
  fittings: withEar,
  forms: [
    {
      name: 'round teapot',
      height: [1.05, 1.18],
      width: [1.4, 1.55],
      outline: [
        [0.52, 0],
        [0.84, 0.14],
        [0.99, 0.44],
        [0.9, 0.72],
        [0.66, 0.9],
        [0.44, 1],
      ],
    },
    {
      name: 'squat teapot',
      height: [0.82, 0.92],
      width: [1.55, 1.75],
      outline: [
        [0.56, 0],
        [0.88, 0.18],
        [0.99, 0.46],
        [0.88, 0.74],
        [0.62, 0.92],
        [0.4, 1],
      ],
    },
    {
      name: 'tall teapot',
      height: [1.4, 1.6],
      width: [1.2, 1.35],
      outline: [
        [0.72, 0],
        [0.94, 0.12],
        [0.98, 0.36],
        [0.84, 0.66],
        [0.66, 0.88],
        [0.52, 1],
      ],
    },
    {
      name: 'drum teapot',
      height: [1, 1.12],
      width: [1.35, 1.5],
      outline: [
        [0.9, 0],
        [0.98, 0.1],
        [0.97, 0.5],
        [0.95, 0.8],
        [0.82, 0.93],
        [0.46, 1],
      ],
    },
    {
      name: 'bail-handled teapot',
      height: [0.95, 1.08],
      width: [1.4, 1.55],
      fittings: withBail,
      outline: [
        [0.54, 0],
        [0.86, 0.16],
        [0.99, 0.46],
        [0.92, 0.7],
        [0.7, 0.9],
        [0.42, 1],
      ],
    },
  ],
};
