import { drawHandle } from '../handles.ts';
import type { Fit, Kind } from '../turn.ts';

const HANDLE = {
  upper: [0.86, 0.9],
  lower: [0.34, 0.46],
  reach: [0.46, 0.58],
  half: [0.055, 0.07],
} as const;

const fittings: Fit = (line, random) => {
  const [mouth, lip] = line.at(-1) ?? [0, 0];
  return {
    sweeps: [drawHandle(line, HANDLE, random)],
    lip: {
      from: lip * random.between(0.68, 0.78),
      reach: mouth * random.between(0.38, 0.5),
      rise: random.between(0.03, 0.09),
      half: random.between(0.66, 0.82),
    },
  };
};

export const jug: Kind = {
  name: 'jug',
  wall: [0.06, 0.03],
  foot: [0, 0],
  decorated: 'outside',
  elevation: [12, 30],
  price: [38, 96],
  swing: 48,
  fittings,
  forms: [
    {
      name: 'water jug',
      height: [1.9, 2.2],
      width: [1.4, 1.6],
      outline: [
        [0.62, 0],
        [0.86, 0.12],
        [0.98, 0.36],
        [0.84, 0.62],
        [0.58, 0.8],
        [0.56, 0.9],
        [0.66, 1],
      ],
    },
    {
      name: 'tall jug',
      height: [2.2, 2.5],
      width: [1.1, 1.25],
      outline: [
        [0.92, 0],
        [0.97, 0.06],
        [0.93, 0.3],
        [0.74, 0.7],
        [0.68, 0.88],
        [0.72, 1],
      ],
    },
    {
      name: 'milk jug',
      height: [1.05, 1.25],
      width: [1, 1.12],
      outline: [
        [0.62, 0],
        [0.9, 0.14],
        [0.98, 0.36],
        [0.8, 0.66],
        [0.7, 0.84],
        [0.78, 1],
      ],
    },
    {
      name: 'barrel jug',
      height: [1.6, 1.85],
      width: [1.3, 1.45],
      outline: [
        [0.72, 0],
        [0.88, 0.12],
        [0.98, 0.46],
        [0.88, 0.8],
        [0.8, 1],
      ],
    },
    {
      name: 'shoulder jug',
      height: [1.85, 2.1],
      width: [1.35, 1.5],
      outline: [
        [0.58, 0],
        [0.66, 0.12],
        [0.88, 0.44],
        [0.97, 0.64],
        [0.76, 0.79],
        [0.5, 0.86],
        [0.5, 0.93],
        [0.58, 1],
      ],
    },
  ],
};
