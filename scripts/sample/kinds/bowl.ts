import type { Kind } from '../turn.ts';

export const bowl: Kind = {
  name: 'bowl',
  wall: [0.055, 0.03],
  foot: [0.07, 0.14],
  decorated: 'both',
  elevation: [20, 40],
  price: [28, 84],
  forms: [
    {
      name: 'tea bowl',
      height: [0.8, 0.95],
      width: [1.15, 1.3],
      outline: [
        [0.5, 0],
        [0.82, 0.16],
        [0.93, 0.45],
        [0.96, 0.8],
        [1, 1],
      ],
    },
    {
      name: 'noodle bowl',
      height: [0.85, 1],
      width: [1.8, 2.05],
      outline: [
        [0.4, 0],
        [0.66, 0.18],
        [0.86, 0.5],
        [0.96, 0.82],
        [1, 1],
      ],
    },
    {
      name: 'conical bowl',
      height: [0.8, 0.95],
      width: [1.7, 1.95],
      outline: [
        [0.28, 0],
        [0.48, 0.2],
        [0.73, 0.56],
        [0.92, 0.86],
        [1, 1],
      ],
    },
    {
      name: 'serving bowl',
      height: [0.7, 0.82],
      width: [2.3, 2.6],
      outline: [
        [0.42, 0],
        [0.68, 0.16],
        [0.87, 0.5],
        [0.95, 0.85],
        [1, 1],
      ],
    },
    {
      name: 'flared bowl',
      height: [0.75, 0.9],
      width: [1.6, 1.85],
      outline: [
        [0.38, 0],
        [0.64, 0.15],
        [0.73, 0.45],
        [0.81, 0.8],
        [1, 1],
      ],
    },
    {
      name: 'rounded bowl',
      height: [0.95, 1.12],
      width: [1.4, 1.6],
      outline: [
        [0.42, 0],
        [0.82, 0.16],
        [0.99, 0.46],
        [0.97, 0.76],
        [0.87, 1],
      ],
    },
  ],
};
