import { drawHandle } from '../handles.ts';
import type { Kind } from '../turn.ts';

const HANDLE = { upper: [0.8, 0.86], lower: [0.2, 0.32], reach: [0.52, 0.66] } as const;

export const mug: Kind = {
  name: 'mug',
  wall: [0.05, 0.026],
  foot: [0, 0],
  decorated: 'outside',
  elevation: [14, 34],
  price: [22, 46],
  swing: 52,
  fittings: (line, random) => ({ sweeps: [drawHandle(line, HANDLE, random)] }),
  forms: [
    {
      name: 'straight mug',
      height: [0.95, 1.1],
      width: [0.85, 0.95],
      outline: [
        [0.93, 0],
        [0.98, 0.07],
        [0.97, 0.5],
        [0.97, 1],
      ],
    },
    {
      name: 'barrel mug',
      height: [0.95, 1.1],
      width: [0.95, 1.08],
      outline: [
        [0.7, 0],
        [0.86, 0.12],
        [0.99, 0.48],
        [0.9, 0.84],
        [0.83, 1],
      ],
    },
    {
      name: 'belly mug',
      height: [0.9, 1.02],
      width: [1.02, 1.15],
      outline: [
        [0.66, 0],
        [0.92, 0.14],
        [0.97, 0.34],
        [0.8, 0.64],
        [0.76, 0.85],
        [0.83, 1],
      ],
    },
    {
      name: 'tulip mug',
      height: [0.98, 1.12],
      width: [0.95, 1.05],
      outline: [
        [0.55, 0],
        [0.72, 0.1],
        [0.8, 0.36],
        [0.8, 0.66],
        [0.88, 0.86],
        [1, 1],
      ],
    },
    {
      name: 'cone mug',
      height: [0.98, 1.15],
      width: [0.95, 1.05],
      outline: [
        [0.98, 0],
        [0.98, 0.06],
        [0.86, 0.45],
        [0.74, 0.85],
        [0.72, 1],
      ],
    },
    {
      name: 'breakfast cup',
      height: [0.72, 0.82],
      width: [1.15, 1.3],
      outline: [
        [0.5, 0],
        [0.8, 0.16],
        [0.93, 0.48],
        [0.97, 0.82],
        [1, 1],
      ],
    },
  ],
};
