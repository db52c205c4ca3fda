/** What the build chose by measurement, for its last lines. */
import type { ColourReport } from '../build/choose/space.ts';

/** @returns no line for a model without colours */
export function describeColour(report: ColourReport | null): string[] {
  if (!report) return [];
  const { by, weight, measured } = report;
  const chosen = weight === 0 ? 'Colours: not compared' : `Colours: they count ${weight}`;
  if (by === 'option') return [`${chosen}, as --colour says`];
  if (by === 'default') {
    return [`${chosen} (not measured: fewer than 8 groups have two different photos)`];
  }
  const figures = measured.map((one) => `${one.mAP.toFixed(3)} at ${one.weight}`).join(', ');
  return [`${chosen}, measured on the catalogue's groups (mean average precision ${figures})`];
}
