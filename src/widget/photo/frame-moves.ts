/**
 * Moving and resizing of the crop frame, in fractions of the photo. The frame never leaves the photo and never
 * gets smaller than `least`.
 */
import type { Region } from '../../core/image/view.ts';

export const WHOLE: Region = { left: 0, top: 0, width: 1, height: 1 };

/** Minimum width and height as fractions of the photo; 1 if the photo is smaller than the minimum frame. */
export interface Least {
  readonly width: number;
  readonly height: number;
}

export type Corner = 'nw' | 'ne' | 'sw' | 'se';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export function moved(region: Region, dx: number, dy: number): Region {
  return {
    ...region,
    left: clamp(region.left + dx, 0, 1 - region.width),
    top: clamp(region.top + dy, 0, 1 - region.height),
  };
}

/** Moves one corner to a point; the opposite corner stays in place. */
export function stretched(region: Region, corner: Corner, to: Point, least: Least): Region {
  const { left, top, width, height } = region;
  const [x, w] = corner.endsWith('w')
    ? before(left + width, to.x, least.width)
    : after(left, to.x, least.width);
  const [y, h] = corner.startsWith('n')
    ? before(top + height, to.y, least.height)
    : after(top, to.y, least.height);
  return { left: x, top: y, width: w, height: h };
}

/** A frame between two points, in any direction. */
export function drawn(from: Point, to: Point, least: Least): Region {
  const [left, width] = between(clamp(from.x, 0, 1), clamp(to.x, 0, 1), least.width);
  const [top, height] = between(clamp(from.y, 0, 1), clamp(to.y, 0, 1), least.height);
  return { left, top, width, height };
}

/** Moves the right and bottom edges; if they reach the photo's edge, the opposite edges move instead. */
export function grown(region: Region, dw: number, dh: number, least: Least): Region {
  const width = clamp(region.width + dw, least.width, 1);
  const height = clamp(region.height + dh, least.height, 1);
  return {
    left: Math.min(region.left, 1 - width),
    top: Math.min(region.top, 1 - height),
    width,
    height,
  };
}

/** Null if the frame covers (nearly) the whole photo. */
export function unlessWhole(region: Region): Region | null {
  return region.width > 0.99 && region.height > 0.99 ? null : region;
}

function before(end: number, to: number, least: number): [start: number, length: number] {
  const start = clamp(to, 0, Math.max(0, end - least));
  return [start, end - start];
}

function after(start: number, to: number, least: number): [start: number, length: number] {
  return [start, clamp(to, Math.min(1, start + least), 1) - start];
}

function between(from: number, to: number, least: number): [start: number, length: number] {
  const length = Math.max(Math.abs(to - from), least);
  const start = Math.min(to < from ? from - length : from, 1 - length);
  return [Math.max(0, start), length];
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
