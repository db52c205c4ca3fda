import type { Knot } from '../spline.ts';
import type { Fit, Kind } from '../turn.ts';

/** A cork in the neck, a little above the lip. Only the visible parts are modelled: a flat top and its side. */
const fittings: Fit = (line, random) => {
  const [mouth, lip, half] = line.at(-1) as Knot;
  const edge = 0.02;
  const side = mouth - half * 0.75 - edge;
  const top = lip + half + random.between(0.07, 0.13);
  const cork: Knot[] = [
    [0, top, edge],
    [side * 1.03, top, edge],
    [side * 0.94, lip - 0.08, edge],
  ];
  return { cap: { material: 'cork', lines: [cork] } };
};

export const bottle: Kind = {
  name: 'bottle',
  wall: [0.06, 0.034],
  foot: [0, 0],
  decorated: 'outside',
  elevation: [8, 24],
  price: [34, 88],
  fittings,
  forms: [
    {
      name: 'oil bottle',
      height: [2.2, 2.5],
      width: [0.95, 1.1],
      outline: [
        [0.86, 0],
        [0.96, 0.07],
        [0.96, 0.46],
        [0.8, 0.62],
        [0.36, 0.74],
        [0.28, 0.82],
        [0.28, 0.95],
        [0.36, 1],
      ],
    },
    {
      name: 'square bottle',
      height: [1.9, 2.2],
      width: [1.1, 1.25],
      outline: [
        [0.92, 0],
        [0.97, 0.05],
        [0.96, 0.6],
        [0.88, 0.7],
        [0.42, 0.76],
        [0.28, 0.81],
        [0.28, 0.94],
        [0.38, 1],
      ],
    },
    {
      name: 'pear bottle',
      height: [2.2, 2.5],
      width: [1.2, 1.35],
      outline: [
        [0.6, 0],
        [0.92, 0.12],
        [0.97, 0.28],
        [0.7, 0.52],
        [0.34, 0.74],
        [0.24, 0.88],
        [0.31, 1],
      ],
    },
    {
      name: 'globe bottle',
      height: [2.1, 2.4],
      width: [1.4, 1.55],
      outline: [
        [0.5, 0],
        [0.86, 0.11],
        [0.99, 0.3],
        [0.84, 0.49],
        [0.4, 0.6],
        [0.2, 0.68],
        [0.19, 0.93],
        [0.28, 1],
      ],
    },
    {
      name: 'sake bottle',
      height: [1.5, 1.75],
      width: [0.92, 1.05],
      fittings: () => ({}),
      outline: [
        [0.7, 0],
        [0.95, 0.12],
        [0.98, 0.4],
        [0.74, 0.62],
        [0.36, 0.77],
        [0.34, 0.86],
        [0.6, 1],
      ],
    },
  ],
};
