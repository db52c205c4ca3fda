import { type Colour, linearOf } from './glazes.ts';

/** The paper sweep that a piece stands on. */
export interface Backdrop {
  readonly name: string;
  readonly colour: Colour;
  /** How much the far end falls off into shade, 0…1. */
  readonly falloff: number;
}

const paper = (name: string, hex: string, falloff: number): Backdrop => ({
  name,
  colour: linearOf(hex),
  falloff,
});

/** Small differences only: the same shop on different days. A new backdrop is a new row. */
export const BACKDROPS: readonly Backdrop[] = [
  paper('paper white', '#f3eee5', 0.2),
  paper('linen', '#eae1d2', 0.26),
  paper('chalk', '#edebe7', 0.24),
  paper('oat', '#e6dccb', 0.22),
  paper('mist', '#e2e2de', 0.28),
];
