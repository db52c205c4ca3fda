import type { Random } from './random.ts';

/** A point of a pot's skin in a pattern's coordinates. Lengths in decimetres. */
export interface Spot {
  /** Around the pot, −π…π. */
  readonly angle: number;
  /** Along the wall: 0 at the foot, 1 at the lip; below 0 on the floor. */
  readonly up: number;
  readonly radius: number;
  readonly inside: boolean;
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** A pattern's result at a spot. */
export interface Paint {
  /** How much of the second glaze (or of bare clay) covers the first, 0…1. */
  second: number;
  /** How far the skin stands out, decimetres. */
  relief: number;
  /** Thickness of the glaze: 1 normal, 0 rubbed thin, 2 pooled. */
  thickness: number;
}

export type Decorate = (spot: Spot, paint: Paint) => void;

/** The area that the pattern must fill. */
export interface Room {
  /** Length of the wall from foot to lip. */
  readonly length: number;
  /** Half the pot's greatest width. */
  readonly radius: number;
  /** Whether it is viewed from above, like a plate. */
  readonly flat: boolean;
}

export type Finish =
  | 'plain'
  | 'banded'
  | 'brushed'
  | 'carved'
  | 'dipped'
  | 'dotted'
  | 'poured'
  | 'speckled';

export interface Pattern {
  readonly name: string;
  /** Value of the finish facet. */
  readonly finish: Finish;
  /** The end of a title: `banded in cobalt`; empty if there is none. */
  readonly phrase: (second: string) => string;
  readonly second: 'none' | 'glaze' | 'clay';
  /** Whether it also covers handles. */
  readonly covers?: true;
  /** Price factor; 1 for no surcharge. */
  readonly work: number;
  readonly draw: (random: Random, room: Room) => Decorate;
}

/** The shorter way from one angle to another, −π…π. */
export function turnTo(from: number, to: number): number {
  const full = 2 * Math.PI;
  return to - from - full * Math.round((to - from) / full);
}
