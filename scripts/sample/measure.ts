import type { Piece } from './pieces.ts';
import { randomOf } from './random.ts';
import type { Knot } from './spline.ts';
import { drawSection } from './turn.ts';

/** A piece's dimensions as catalogue attributes: centimetres, and millilitres to just under the lip. */
export type Measures = Readonly<Record<string, number>>;

/** Measured from the lines that define the piece; lids and handles are included. */
export function measuresOf({ kind, form, seed }: Piece): Measures {
  const random = randomOf(seed, 'throw');
  const { line } = drawSection(kind, form, random);
  const { cap, sweeps = [] } = (form.fittings ?? kind.fittings)?.(line, random) ?? {};
  const all = [line, ...(cap?.lines ?? []), ...sweeps.map((sweep) => sweep.line)].flat();
  const across = 2 * Math.max(...line.map(([r, , half]) => r + half));
  const tall = Math.max(...all.map(([, y, half]) => y + half));
  const centimetres = (decimetres: number): number => Math.round(decimetres * 20) / 2;
  if (kind.flat) return { 'width (cm)': centimetres(across) };
  return { 'height (cm)': centimetres(tall), 'volume (ml)': roundly(volumeOf(line) * 1000) };
}

/** Litres (cubic decimetres) inside the wall up to 95 % of its height: discs between its points. */
export function volumeOf(line: readonly Knot[]): number {
  const lip = line.at(-1)?.[1] ?? 0;
  let litres = 0;
  line.forEach(([r, y, half], i) => {
    const before = line[i - 1];
    if (!before || y > 0.95 * lip || y <= before[1]) return;
    const rise = y - before[1];
    // Half the thickness is perpendicular to the wall, so a slanted wall takes more of the radius.
    const across = (half * Math.hypot(rise, r - before[0])) / rise;
    const inner = (r + before[0]) / 2 - across;
    litres += Math.PI * Math.max(0, inner) ** 2 * rise;
  });
  return litres;
}

function roundly(millilitres: number): number {
  const step = millilitres < 1000 ? 10 : 50;
  return Math.round(millilitres / step) * step;
}
