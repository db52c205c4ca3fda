/** What the build chose by measurement, for its last lines. */
import type { NeighboursReport, Shares } from '../../build/choose/neighbours.ts';
import type { RotationsReport } from '../../build/choose/rotations.ts';
import type { ColourReport } from '../../build/choose/space.ts';

/** @returns no line for a model without colours */
export function describeColour(report: ColourReport | null): string[] {
  if (!report) return [];
  const { by, weight, measured } = report;
  const chosen = weight === 0 ? 'Colours: not compared' : `Colours: weight ${weight}`;
  if (by === 'option') return [`${chosen}, as --colour says`];
  if (by === 'default') {
    return [`${chosen} (not measured: fewer than 8 groups have two different photos)`];
  }
  const figures = measured.map((one) => `${one.mAP.toFixed(3)} at ${one.weight}`).join(', ');
  return [`${chosen}, measured on the catalogue's groups (mean average precision ${figures})`];
}

/** @returns no line where nobody asked for neighbours */
export function describeNeighbours({ neighbours, by, measured }: NeighboursReport): string[] {
  if (by === 'option' && neighbours === 0) return [];
  const chosen =
    neighbours === 0
      ? 'Neighbours: vectors stay as they are'
      : `Neighbours: each vector has moved towards its ${neighbours} nearest`;
  if (by === 'option') return [`${chosen}, as --neighbours says`];
  if (!measured) {
    return [`${chosen} (not measured: fewer than 8 groups have two different photos)`];
  }
  return [
    `${chosen}, measured on the catalogue's groups (mean average precision / right first hits ` +
      `${figures(measured.without)} without, ${figures(measured.with)} with 3)`,
  ];
}

/** @returns no line where nobody asked for rotations */
export function describeRotations({ rotations, by, measured }: RotationsReport): string[] {
  if (by === 'option' && !rotations) return [];
  const chosen = rotations
    ? 'Rotations: photos are compared in all four, which takes four times as long'
    : 'Rotations: photos are compared as they are';
  if (by === 'option') return [`${chosen}, as --rotations says`];
  if (!measured) {
    return [`${chosen} (not measured: fewer than 8 groups have two different photos)`];
  }
  return [
    `${chosen}, measured on photos of the catalogue's groups (mean average precision / right first hits ` +
      `${figures(measured.without)} without, ${figures(measured.with)} with). --rotations ${rotations ? 'on' : 'off'} ` +
      'saves measuring next time',
  ];
}

const figures = ({ mAP, top1 }: Shares) => `${mAP.toFixed(3)} / ${top1.toFixed(3)}`;
