import type { Random } from './random.ts';
import { type Fittings, Solid } from './solid.ts';
import { type Knot, smoothLine } from './spline.ts';
import { bakeWall, type Section } from './wall.ts';

export type Range = readonly [low: number, high: number];

/** One way to throw a kind: a row of numbers, so that a new form is a new row. */
export interface Form {
  /** As a shop names it: `shoulder vase`. */
  readonly name: string;
  /** Decimetres. */
  readonly height: Range;
  readonly width: Range;
  /** The middle of the wall from foot to lip: share of half the width, share of the height. */
  readonly outline: readonly (readonly [across: number, up: number])[];
  /** In place of its kind's. */
  readonly fittings?: Fit;
}

/** Handles, spouts, lids: what is added to a wall, given as its middle line. */
export type Fit = (line: readonly Knot[], random: Random) => Fittings;

export interface Kind {
  readonly name: string;
  readonly forms: readonly Form[];
  /** Half the wall's thickness at the floor and at the lip, decimetres. */
  readonly wall: readonly [floor: number, lip: number];
  /** Height of the foot ring under the floor, decimetres; 0 for a flat foot. */
  readonly foot: Range;
  /** Where the foot ring stands: share of half the width; without it under the edge of the floor. */
  readonly ring?: number;
  /** Where a pattern goes: on both skins of what is open and seen from above, else on the outer one. */
  readonly decorated: 'outside' | 'both';
  /** From how far above the table it is photographed, degrees. */
  readonly elevation: Range;
  /** What the smallest and the largest piece cost, undecorated. */
  readonly price: Range;
  readonly fittings?: Fit;
  /** What has a handle is shown from its side, at most so many degrees off; other kinds from all around. */
  readonly swing?: number;
  /** Sold by its width, and seen from above. */
  readonly flat?: true;
  /** Patterns that it has no room for. */
  readonly without?: readonly string[];
}

const between = (random: Random, [low, high]: Range): number => random.between(low, high);

/** Draws one piece of a form: its size, and the small liberties that a hand takes with the outline. */
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

/** How far from the axis the middle of the wall is at a height, counted from the lip down. */
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
