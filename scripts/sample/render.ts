import type { Pot } from './skin.ts';
import { type Met, Studio, toward, type Vector } from './studio.ts';
import type { View } from './views.ts';

/** Rows from the top, 3 bytes a pixel, sRGB. */
export interface Picture {
  readonly size: number;
  readonly data: Uint8Array;
}

/** Half the frame's angle: a long lens, as for products. */
const HALF_ANGLE = (11 * Math.PI) / 180;
/** Where a pixel differs from a neighbour by more than this (of 1, as the eye counts), it is refined. */
const EDGE = 0.035;
/** Nine more rays for such a pixel, on a rotated grid, so that no two share a row or a column. */
const REFINE: readonly Vector2[] = Array.from({ length: 9 }, (_, i) => {
  const [a, b] = [(i % 3) - 1, Math.floor(i / 3) - 1];
  return [(a * 3 + b) / 9, (b * 3 - a) / 9];
});

type Vector2 = readonly [right: number, up: number];

/** One photo. The same pot and view always give the same bytes. */
export function renderPot(pot: Pot, view: View, size: number): Picture {
  const camera = new Camera(pot, view, size);
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
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const i = row * size + column;
      const sum = [eye[i * 3] as number, eye[i * 3 + 1] as number, eye[i * 3 + 2] as number];
      let rays = 1;
      if (isEdge(eye, met, size, column, row)) {
        for (const [right, up] of REFINE) {
          if (right === 0 && up === 0) continue;
          studio.look(...camera.at, camera.ray(column + right, row + up), light);
          for (let c = 0; c < 3; c++) sum[c] = (sum[c] as number) + developed(light[c] as number);
          rays++;
        }
      }
      for (let c = 0; c < 3; c++) data[i * 3 + c] = Math.round(((sum[c] as number) / rays) * 255);
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
  for (const [dx, dy] of [
    [-1, 0],
    [1, 0],
    [0, -1],
    [0, 1],
  ] as const) {
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

/** Linear light to a number as sRGB counts it, 0…1, with a soft shoulder so that highlights do not clip. */
function developed(light: number): number {
  const x = light < 0.75 ? light : 0.75 + 0.25 * (1 - Math.exp((0.75 - light) / 0.25));
  return x <= 0.0031308 ? 12.92 * Math.max(0, x) : 1.055 * x ** (1 / 2.4) - 0.055;
}

/** A pinhole that looks at the middle of the pot. */
class Camera {
  readonly at: Vector;
  readonly #forward: Vector;
  readonly #right: Vector;
  readonly #up: Vector;
  readonly #size: number;
  readonly #shift: Vector2;

  constructor({ solid }: Pot, view: View, size: number) {
    this.#size = size;
    this.#shift = view.shift;
    const back = toward(view.azimuth, view.elevation);
    this.#forward = [-back[0], -back[1], -back[2]];
    this.#right = toward(view.azimuth + Math.PI / 2, 0);
    this.#up = toward(view.azimuth + Math.PI, Math.PI / 2 - view.elevation);
    const frame = frameOf(solid, this.#right, this.#up);
    const distance = frame.half / (Math.tan(HALF_ANGLE) * view.fill) + solid.wall.radius * 0.5;
    const [tx, ty, tz] = frame.middle;
    this.at = [tx + back[0] * distance, ty + back[1] * distance, tz + back[2] * distance];
  }

  /** The direction through a point of the picture, in pixels from its upper left pixel's middle. */
  ray(column: number, row: number): Vector {
    const scale = (2 * Math.tan(HALF_ANGLE)) / this.#size;
    const u = (column + 0.5 - this.#size * (0.5 + this.#shift[0])) * scale;
    const v = (this.#size * (0.5 - this.#shift[1]) - row - 0.5) * scale;
    const [f, r, p] = [this.#forward, this.#right, this.#up];
    const x = f[0] + r[0] * u + p[0] * v;
    const y = f[1] + r[1] * u + p[1] * v;
    const z = f[2] + r[2] * u + p[2] * v;
    const size = 1 / Math.sqrt(x * x + y * y + z * z);
    return [x * size, y * size, z * size];
  }
}

/** The middle of the pot as the camera sees it, and half of what has to fit into the frame. */
function frameOf(
  { wall, height, box }: Pot['solid'],
  right: Vector,
  up: Vector,
): { middle: Vector; half: number } {
  // A handle pulls the middle a little its way; the whole of it would make the body jump about.
  const pull = ((box.left + box.right) / 2) * 0.7;
  const wide = Math.max(
    wall.radius,
    (wall.radius * 2 + (box.right - wall.radius) * Math.abs(right[0])) / 2,
  );
  const tall = (height * up[1]) / 2 + wall.radius * Math.hypot(up[0], up[2]);
  return { middle: [pull, height / 2, 0], half: Math.max(wide, tall) };
}
