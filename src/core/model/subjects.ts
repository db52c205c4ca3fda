/**
 * Proposes frames around the things in a photo, from the feature maps that embed it. A network's last map is strong
 * where there is something to recognise and weak on grounds, so a thing is a window that is stronger than the ring
 * around it.
 *
 *     last maps ─ L2 over the channels ─▶ strength of each cell ─ windows less their rings ─▶ the best that are apart
 */
import type { RgbaImage } from '../image/pixels.ts';
import { withSurroundings } from '../image/surroundings.ts';
import type { Region } from '../image/view.ts';
import type { FeatureMap } from './head.ts';

/** How strong the last map of a view is, cell by cell. */
export interface Strengths {
  /** Share of the photo's width and height that the view shows, around the centre. */
  readonly window: number;
  readonly width: number;
  readonly height: number;
  /** height × width */
  readonly cells: Float64Array;
}

const MOST_SUBJECTS = 4;

/** The maps are sampled at this many points across and down. */
const GRID = 24;
/** Sides of the windows, as shares of the square root of the photo's area. */
const SIDES = [0.2, 0.25, 0.3, 0.35, 0.42, 0.5, 0.6, 0.7];
/** Width by height, in pixels of the photo. */
const SHAPES = [0.7, 1, 1.4];
/** Width of the ring, as a share of the window's side. */
const RING = 0.35;
/** Two frames overlap by at most this share of the smaller one. */
const OVERLAP = 0.3;
/** A window counts if it is this much stronger than its ring, where the mean of the photo is 1. */
const LEAST = 0.2;
/** A window's least lead over its ring, as a share of the best window's lead. */
const LEAST_OF_BEST = 0.4;
/** A single thing fills the photo if it takes this share of it, with its surroundings. */
const FILLS = 0.3;

type Size = Pick<RgbaImage, 'width' | 'height'>;

export function strengthsOf(map: FeatureMap, window: number): Strengths {
  const { channels, width, height, data } = map;
  const squares = new Float64Array(width * height);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < squares.length; i++) {
      const value = data[c * squares.length + i] as number;
      squares[i] = (squares[i] as number) + value * value;
    }
  }
  return { window, width, height, cells: squares.map(Math.sqrt) };
}

/**
 * @param views of one photo
 * @param photo its size in pixels
 * @returns frames around at most four things, the most prominent first, in fractions of the photo
 */
export function proposeSubjects(views: readonly Strengths[], photo: Size): Region[] {
  const chosen: Window[] = [];
  for (const window of windowsOf(photo, summedGrid(views))) {
    if (chosen.length === MOST_SUBJECTS) break;
    if (window.lead < (chosen[0]?.lead ?? 0) * LEAST_OF_BEST) break;
    if (chosen.every((other) => overlap(window, other) < OVERLAP)) chosen.push(window);
  }
  return chosen.map(({ x, y, width, height }) => ({
    left: x / GRID,
    top: y / GRID,
    width: width / GRID,
    height: height / GRID,
  }));
}

/** The frames that are worth searching apart from the photo: none if there is one thing, which fills it. */
export function withoutFilling(subjects: readonly Region[], photo: Size): readonly Region[] {
  const [only, ...others] = subjects;
  if (!only || others.length > 0) return subjects;
  const { width, height } = withSurroundings(only, photo);
  return width * height < FILLS ? subjects : [];
}

/** A rectangle, in cells of the grid. */
interface Window {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** By how much it is stronger than the ring around it. */
  readonly lead: number;
}

/** The windows that count, the strongest first. */
function windowsOf(photo: Size, sums: Float64Array): Window[] {
  const windows: Window[] = [];
  for (const side of SIDES) {
    const ring = Math.max(1, Math.round(side * GRID * RING));
    for (const shape of SHAPES) {
      const stretch = Math.sqrt((shape * photo.height) / photo.width);
      const width = Math.max(2, Math.round(side * GRID * stretch));
      const height = Math.max(2, Math.round((side * GRID) / stretch));
      if (width > GRID - 2 || height > GRID - 2) continue;
      for (let y = 0; y + height <= GRID; y++) {
        for (let x = 0; x + width <= GRID; x++) {
          const lead = leadOf(sums, x, y, x + width, y + height, ring);
          if (lead >= LEAST) windows.push({ x, y, width, height, lead });
        }
      }
    }
  }
  return windows.sort((a, b) => b.lead - a.lead);
}

/** (GRID + 1)² sums of everything above and to the left, where the mean of the photo is 1. */
function summedGrid(views: readonly Strengths[]): Float64Array {
  const grid = new Float64Array(GRID * GRID);
  const counts = new Float64Array(GRID * GRID);
  for (const view of views) addStrengths(view, grid, counts);
  let total = 0;
  for (let i = 0; i < grid.length; i++) {
    grid[i] = (grid[i] as number) / Math.max(1, counts[i] as number);
    total += grid[i] as number;
  }
  const mean = total / grid.length || 1;
  const sums = new Float64Array((GRID + 1) * (GRID + 1));
  for (let y = 0; y < GRID; y++) {
    let row = 0;
    for (let x = 0; x < GRID; x++) {
      row += (grid[y * GRID + x] as number) / mean;
      sums[(y + 1) * (GRID + 1) + x + 1] = row + (sums[y * (GRID + 1) + x + 1] as number);
    }
  }
  return sums;
}

/** Bilinear between the middles of the cells. Points outside the view stay as they are. */
function addStrengths(view: Strengths, grid: Float64Array, counts: Float64Array): void {
  const { width, height, cells } = view;
  for (let y = 0; y < GRID; y++) {
    const down = placeIn(view, y, height);
    if (down === null) continue;
    const top = Math.floor(down);
    const below = Math.min(height - 1, top + 1);
    for (let x = 0; x < GRID; x++) {
      const across = placeIn(view, x, width);
      if (across === null) continue;
      const left = Math.floor(across);
      const right = Math.min(width - 1, left + 1);
      const at = (row: number, column: number) => cells[row * width + column] as number;
      const upper = at(top, left) + (across - left) * (at(top, right) - at(top, left));
      const lower = at(below, left) + (across - left) * (at(below, right) - at(below, left));
      const i = y * GRID + x;
      grid[i] = (grid[i] as number) + upper + (down - top) * (lower - upper);
      counts[i] = (counts[i] as number) + 1;
    }
  }
}

/** Where a line of the grid lies among the `count` cells of a view; null if outside it. */
function placeIn({ window }: Strengths, line: number, count: number): number | null {
  const at = ((line + 0.5) / GRID - (1 - window) / 2) / window;
  if (at < 0 || at > 1) return null;
  return Math.min(count - 1, Math.max(0, at * count - 0.5));
}

/** The mean of a window less that of its ring, which ends at the edges of the photo. */
function leadOf(
  sums: Float64Array,
  left: number,
  top: number,
  right: number,
  bottom: number,
  ring: number,
): number {
  const inside = sumOf(sums, left, top, right, bottom);
  const area = (right - left) * (bottom - top);
  const outerLeft = Math.max(0, left - ring);
  const outerTop = Math.max(0, top - ring);
  const outerRight = Math.min(GRID, right + ring);
  const outerBottom = Math.min(GRID, bottom + ring);
  const outside = sumOf(sums, outerLeft, outerTop, outerRight, outerBottom) - inside;
  const outerArea = (outerRight - outerLeft) * (outerBottom - outerTop) - area;
  return inside / area - outside / outerArea;
}

function sumOf(
  sums: Float64Array,
  left: number,
  top: number,
  right: number,
  bottom: number,
): number {
  const stride = GRID + 1;
  const upper = (sums[top * stride + right] as number) - (sums[top * stride + left] as number);
  const lower =
    (sums[bottom * stride + right] as number) - (sums[bottom * stride + left] as number);
  return lower - upper;
}

/** The area that two windows share, as a share of the smaller one. */
function overlap(a: Window, b: Window): number {
  const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (across <= 0 || down <= 0) return 0;
  return (across * down) / Math.min(a.width * a.height, b.width * b.height);
}
