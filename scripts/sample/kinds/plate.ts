import type { Kind } from '../turn.ts';

/** The wall begins near the middle, so that a pattern can cover the whole plate. */
export const plate: Kind = {
  name: 'plate',
  wall: [0.05, 0.034],
  foot: [0.05, 0.08],
  ring: 0.58,
  flat: true,
  decorated: 'both',
  elevation: [30, 52],
  price: [24, 72],
  // Both would be on the outer skin, which is not visible.
  without: ['bare base', 'flutes'],
  forms: [
    {
      name: 'dinner plate',
      height: [0.3, 0.36],
      width: [2.6, 2.8],
      outline: [
        [0.2, 0],
        [0.42, 0.01],
        [0.6, 0.06],
        [0.68, 0.36],
        [0.76, 0.56],
        [1, 1],
      ],
    },
    {
      name: 'coupe plate',
      height: [0.34, 0.42],
      width: [2.3, 2.6],
      outline: [
        [0.2, 0],
        [0.45, 0.03],
        [0.68, 0.18],
        [0.86, 0.52],
        [1, 1],
      ],
    },
    {
      name: 'side plate',
      height: [0.28, 0.34],
      width: [1.7, 1.95],
      outline: [
        [0.2, 0],
        [0.5, 0.02],
        [0.74, 0.14],
        [0.9, 0.55],
        [1, 1],
      ],
    },
    {
      name: 'pasta plate',
      height: [0.5, 0.6],
      width: [2.3, 2.6],
      outline: [
        [0.18, 0],
        [0.38, 0.04],
        [0.52, 0.3],
        [0.6, 0.68],
        [0.68, 0.84],
        [1, 1],
      ],
    },
    {
      name: 'straight plate',
      height: [0.36, 0.44],
      width: [2.1, 2.4],
      outline: [
        [0.2, 0],
        [0.5, 0.01],
        [0.84, 0.03],
        [0.95, 0.14],
        [0.98, 0.55],
        [1, 1],
      ],
    },
  ],
};
