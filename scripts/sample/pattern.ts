import type { Random } from './random.ts';

/** A point of a pot's skin as its decorator sees it. Lengths in decimetres. */
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

/** What a pattern leaves at a spot. */
export interface Paint {
  /** How much of the second glaze (or of bare clay) covers the first, 0…1. */
  second: number;
  /** How far the skin stands out, decimetres. */
  relief: number;
  /** How thick the glaze lies: 1 as usual, 0 rubbed thin, 2 pooled. */
  thickness: number;
}

export type Decorate = (spot: Spot, paint: Paint) => void;

/** What the pattern has to fill. */
export interface Room {
  /** Length of the wall from foot to lip. */
  readonly length: number;
  /** Half the pot's greatest width. */
  readonly radius: number;
  /** Is it seen from above, as a plate is? */
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
  /** What a shop files it under. */
  readonly finish: Finish;
  /** Ends a title: `banded in cobalt`; empty for nothing. */
  readonly phrase: (second: string) => string;
  readonly second: 'none' | 'glaze' | 'clay';
  /** Does it flow over handles too? */
  readonly covers?: true;
  /** How much more a piece costs: 1 for nothing. */
  readonly work: number;
  readonly draw: (random: Random, room: Room) => Decorate;
}

/** The shorter way from one angle to another, −π…π. */
export function turnTo(from: number, to: number): number {
  const full = 2 * Math.PI;
  return to - from - full * Math.round((to - from) / full);
}
