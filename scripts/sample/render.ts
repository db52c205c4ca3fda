import { Camera } from './camera.ts';
import type { Pot } from './skin.ts';
import { type Met, Studio } from './studio.ts';
import type { View } from './views.ts';

/** Rows from the top, 3 bytes a pixel, sRGB. */
export interface Picture {
  readonly size: number;
  readonly data: Uint8Array;
}

/** A pixel is refined if it differs from a neighbour by more than this, in sRGB values 0…1. */
const EDGE = 0.035;
/** Eight more rays for such a pixel: a 3 × 3 grid, rotated so that no two share a row or a column. */
const REFINE = [-1, 0, 1]
  .flatMap((a) => [-1, 0, 1].map((b) => ({ right: (a * 3 + b) / 9, down: (b * 3 - a) / 9 })))
  .filter(({ right, down }) => right !== 0 || down !== 0);
const NEIGHBOURS = [
  { dx: -1, dy: 0 },
  { dx: 1, dy: 0 },
  { dx: 0, dy: -1 },
  { dx: 0, dy: 1 },
] as const;

/** Renders one photo. The same pot and view always give the same bytes. */
export function renderPot(pot: Pot, view: View, size: number): Picture {
  const camera = new Camera(pot.solid, view, size);
  const studio = new Studio(pot, view);
  const light = new Float64Array(3);
  const eye = new Float32Array(size * size * 3);
  const met: Met[] = [];
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const i = row * size + column;
      met[i] = studio.look(...camera.at, camera.ray(column, row), light);
      for (let c = 0; c < 3; c++) eye[i * 3 + c] = developed(light[c] as number);
    }
  }
  const data = new Uint8Array(size * size * 3);
  const sum = new Float64Array(3);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const at = (row * size + column) * 3;
      sum.set(eye.subarray(at, at + 3));
      let rays = 1;
      if (isEdge(eye, met, size, column, row)) {
        for (const { right, down } of REFINE) {
          studio.look(...camera.at, camera.ray(column + right, row + down), light);
          for (let c = 0; c < 3; c++) sum[c] = (sum[c] as number) + developed(light[c] as number);
        }
        rays += REFINE.length;
      }
      for (let c = 0; c < 3; c++) data[at + c] = Math.round(((sum[c] as number) / rays) * 255);
    }
  }
  return { size, data };
}

function isEdge(
  eye: Float32Array,
  met: readonly Met[],
  size: number,
  column: number,
  row: number,
): boolean {
  const i = row * size + column;
  for (const { dx, dy } of NEIGHBOURS) {
    const x = column + dx;
    const y = row + dy;
    if (x < 0 || y < 0 || x >= size || y >= size) continue;
    const j = y * size + x;
    if (met[i] !== met[j]) return true;
    for (let c = 0; c < 3; c++) {
      if (Math.abs((eye[i * 3 + c] as number) - (eye[j * 3 + c] as number)) > EDGE) return true;
    }
  }
  return false;
}

/** Converts linear light to an sRGB value, 0…1, with a soft shoulder so that highlights do not clip. */
function developed(light: number): number {
  const x = light < 0.75 ? light : 0.75 + 0.25 * (1 - Math.exp((0.75 - light) / 0.25));
  return x <= 0.0031308 ? 12.92 * Math.max(0, x) : 1.055 * x ** (1 / 2.4) - 0.055;
}
