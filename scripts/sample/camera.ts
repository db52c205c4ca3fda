import { toward, type Vector } from './direction.ts';
import type { Solid } from './solid.ts';
import type { View } from './views.ts';

/** Half the field of view: a long lens, as in product photography. */
const HALF_ANGLE = (11 * Math.PI) / 180;

/** A pinhole camera that looks at the middle of the pot. */
export class Camera {
  readonly at: Vector;
  readonly #forward: Vector;
  readonly #right: Vector;
  readonly #up: Vector;
  readonly #size: number;
  readonly #shift: View['shift'];

  constructor(solid: Solid, view: View, size: number) {
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

/** The middle of the pot as seen by the camera, and half the extent that must fit into the frame. */
function frameOf(
  { wall, height, box }: Solid,
  right: Vector,
  up: Vector,
): { middle: Vector; half: number } {
  // A handle shifts the middle only in part; the full shift would move the body visibly between photos.
  const pull = ((box.left + box.right) / 2) * 0.7;
  const wide = Math.max(
    wall.radius,
    (wall.radius * 2 + (box.right - box.left - wall.radius * 2) * Math.abs(right[0])) / 2,
  );
  const tall = (height * up[1]) / 2 + wall.radius * Math.hypot(up[0], up[2]);
  return { middle: [pull, height / 2, 0], half: Math.max(wide, tall) };
}
