import { type Colour, linearOf } from './glazes.ts';
import { hash3, noise3, smoothstep } from './noise.ts';

/** A point of the table in texture coordinates; lengths in units of half the piece's size. */
export interface TableSpot {
  /** To the right and away from the camera, rotated by the backdrop's angle. */
  readonly across: number;
  readonly away: number;
}

interface Wall {
  readonly colour: Colour;
  readonly grain: (spot: TableSpot) => number;
}

/** The surface under a piece and the background behind it. */
export interface Backdrop {
  readonly name: string;
  readonly colour: Colour;
  /** How much the far end darkens, 0…1. */
  readonly falloff: number;
  /** Brightness of the surface at a spot, 1 for its plain colour. Default: uniform. */
  readonly grain?: (spot: TableSpot) => number;
  /** A wall behind the table; default: a sweep that curves up. */
  readonly wall?: Wall;
  /** Light also falls through the panes of a window, not only from a softbox. */
  readonly window?: true;
}

const paper = (name: string, hex: string, falloff: number): Backdrop => ({
  name,
  colour: linearOf(hex),
  falloff,
});

const clouds = (x: number, y: number, seed: number): number =>
  0.62 * noise3(x, y, 0.5, seed) +
  0.38 * noise3(x * 2.3, y * 2.3, 0.5, seed + 1) * (0.6 + 0.4 * noise3(x, y, 3.5, seed));

/** Threads of uneven thickness, over and under. */
const linen = ({ across, away }: TableSpot): number => {
  const warp = Math.sin(across * 62 + 0.8 * noise3(across * 9, away * 2, 0.5, 21));
  const weft = Math.sin(away * 62 + 0.8 * noise3(across * 2, away * 9, 0.5, 22));
  const slubs = noise3(across * 1.5, away * 26, 0.5, 23) + noise3(across * 26, away * 1.5, 0.5, 24);
  return 1 + 0.045 * warp * weft + 0.03 * slubs + 0.02 * clouds(across, away, 25);
};

const slate = ({ across, away }: TableSpot): number => {
  const beds = noise3(across * 0.7, away * 2.6, 0.5, 31);
  const cleft = smoothstep(0.02, 0.12, Math.abs(beds));
  return 1 + 0.16 * clouds(across * 1.4, away * 2, 32) + 0.1 * beds - 0.1 * (1 - cleft);
};

const plaster = ({ across, away }: TableSpot): number =>
  1 + 0.035 * clouds(across * 0.8, away * 0.8, 41) + 0.02 * noise3(across * 5, away * 1.4, 0.5, 42);

/** Boards that run across the picture, each with its own tone and grain. */
const boards =
  (width: number, contrast: number) =>
  ({ across, away }: TableSpot): number => {
    const board = Math.floor(away / width);
    const inside = away / width - board;
    const tone = hash3(board, 0, 0, 51) - 0.5;
    const along = across * 0.5 + 40 * hash3(board, 1, 0, 51);
    const rings = Math.sin(
      (inside * 5 + 1.5 * noise3(along * 0.9, inside * 1.2, board, 52)) * (4 + 4 * tone),
    );
    const fibres = noise3(along * 1.6, away * 40, board, 53);
    const gap = 1 - smoothstep(0.006, 0.016, Math.min(inside, 1 - inside) * width);
    return 1 + contrast * (0.5 * tone + 0.28 * rings + 0.3 * fibres) - 0.5 * gap;
  };

const wall = (hex: string): Wall => ({ colour: linearOf(hex), grain: plaster });

/** Plain paper, for the first picture of every piece. */
export const PAPERS: readonly Backdrop[] = [
  paper('paper white', '#f3eee5', 0.2),
  paper('chalk', '#edebe7', 0.24),
  paper('oat', '#e6dccb', 0.22),
  paper('mist', '#e2e2de', 0.28),
];

/** The shop on different days and at different places. A new backdrop is a new row. */
export const BACKDROPS: readonly Backdrop[] = [
  ...PAPERS,
  { ...paper('linen', '#dfd5c3', 0.24), grain: linen },
  { ...paper('slate', '#585b5c', 0.3), grain: slate, wall: wall('#9a9994') },
  { ...paper('oak', '#c8a47b', 0.2), grain: boards(1.5, 0.26), wall: wall('#e4dfd6') },
  { ...paper('plaster', '#ddd8d0', 0.26), grain: plaster, wall: wall('#d5cfc5') },
  {
    ...paper('window table', '#e3dccf', 0.16),
    grain: boards(1.9, 0.09),
    wall: wall('#e9e4da'),
    window: true,
  },
];
