import type { Random } from './random.ts';
import { type Fittings, Solid } from './solid.ts';
import { type Knot, smoothLine } from './spline.ts';
import { bakeWall, type Section } from './wall.ts';

export type Range = readonly [low: number, high: number];

/** One form of a kind, described by numbers alone, so that a new form is a new row. */
export interface Form {
  /** Name in the shop: `shoulder vase`. */
  readonly name: string;
  /** Decimetres. */
  readonly height: Range;
  readonly width: Range;
  /** Centre line of the wall from foot to lip: fraction of half the width, fraction of the height. */
  readonly outline: readonly (readonly [across: number, up: number])[];
  /** Overrides the kind's fittings. */
  readonly fittings?: Fit;
}

/** Adds handles, spouts and lids to a wall, given as its centre line. */
export type Fit = (line: readonly Knot[], random: Random) => Fittings;

export interface Kind {
  readonly name: string;
  readonly forms: readonly Form[];
  /** Half the wall's thickness at the floor and at the lip, decimetres. */
  readonly wall: readonly [floor: number, lip: number];
  /** Height of the foot ring under the floor, decimetres; 0 for a flat foot. */
  readonly foot: Range;
  /** Radius of the foot ring as a fraction of half the width; default: under the edge of the floor. */
  readonly ring?: number;
  /** Decorated skins: both for open pieces viewed from above, otherwise the outer one. */
  readonly decorated: 'outside' | 'both';
  /** Elevation of the camera above the table in degrees. */
  readonly elevation: Range;
  /** Price of the smallest and the largest piece, undecorated. */
  readonly price: Range;
  readonly fittings?: Fit;
  /** Largest deviation in degrees from the side view, for kinds with a handle; default: any direction. */
  readonly swing?: number;
  /** Whether it is sold by its width and viewed from above. */
  readonly flat?: true;
  /** Patterns that do not fit on it. */
  readonly without?: readonly string[];
}

const between = (random: Random, [low, high]: Range): number => random.between(low, high);

/** Draws one piece of a form at random: its size, and the small irregularities of handmade outlines. */
export function drawSection(kind: Kind, form: Form, random: Random): Section {
  const height = between(random, form.height);
  const radius = between(random, form.width) / 2;
  const foot = between(random, kind.foot);
  const [floorHalf, lipHalf] = kind.wall;
  const rise = foot + floorHalf;
  const last = form.outline.length - 1;
  const wall = form.outline.map(([across, up], i): Knot => {
    const free = i === 0 || i === last ? 0.02 : 0.035;
    const y = rise + (height - rise - lipHalf) * up;
    const half = floorHalf + (lipHalf - floorHalf) * Math.min(1, (i / last) * 1.6);
    return [radius * across * (1 + random.between(-free, free)), y, half];
  });
  const edge = (wall[0] as Knot)[0];
  const stand = kind.ring === undefined ? edge : radius * kind.ring;
  const floor: Knot[] = [
    [0, rise, floorHalf],
    [edge * 0.55, rise, floorHalf],
  ];
  const ring: Knot[] = [
    [stand * 0.97, rise, floorHalf * 1.05],
    [stand * 0.94, 0, floorHalf * 0.95],
  ];
  return {
    line: smoothLine([...floor, ...wall]),
    floorPoints: 2 * 12 + 1,
    extra: foot > 0 ? [ring] : [],
  };
}

export function turn(kind: Kind, form: Form, random: Random): Solid {
  const section = drawSection(kind, form, random);
  const fittings = form.fittings ?? kind.fittings;
  return new Solid(bakeWall(section), fittings?.(section.line, random));
}

/** Radius of the wall's centre line at a height; of several, the first from the lip down. */
export function wallRadiusAt(line: readonly Knot[], y: number): number {
  for (let i = line.length - 1; i > 0; i--) {
    const a = line[i - 1] as Knot;
    const b = line[i] as Knot;
    if (a[1] <= y && y <= b[1] && b[1] > a[1]) {
      return a[0] + ((b[0] - a[0]) * (y - a[1])) / (b[1] - a[1]);
    }
  }
  return (line.at(-1) as Knot)[0];
}
