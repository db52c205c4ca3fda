import { BACKDROPS, type Backdrop } from './backdrops.ts';
import type { Random } from './random.ts';
import type { Kind } from './turn.ts';

/** Camera and light of one photo. Angles in radians. */
export interface View {
  /** Around the pot; 0 has a handle on the right. */
  readonly azimuth: number;
  readonly elevation: number;
  /** 1 fills the frame, less is further away. */
  readonly fill: number;
  /** Offset of the pot from the frame's middle, as fractions of the frame. */
  readonly shift: readonly [right: number, up: number];
  /** Where the softbox stands: around from the camera, and above the table. */
  readonly light: { readonly azimuth: number; readonly elevation: number };
  /** −1 cool daylight … 1 lamp light. */
  readonly warmth: number;
  readonly exposure: number;
  readonly backdrop: Backdrop;
}

const DEGREE = Math.PI / 180;

/**
 * Draws `count` dissimilar views of one piece: angle, height and light each take one slice of their range per view
 * (a Latin square), shuffled, so that there are no outliers and no two views are the same.
 */
export function drawViews(kind: Kind, count: number, random: Random): View[] {
  const slices = () => random.shuffled(Array.from({ length: count }, (_, i) => i));
  const within = (slice: number, low: number, high: number): number =>
    low + ((high - low) * (slice + random.between(0.15, 0.85))) / count;
  const [azimuths, elevations, lights, fills] = [slices(), slices(), slices(), slices()];
  const base = kind.swing ? 0 : random.between(-Math.PI, Math.PI);
  const turn = kind.swing ?? 75;
  const [low, high] = kind.elevation;
  const backdrops = random.shuffled(BACKDROPS);
  return Array.from({ length: count }, (_, i): View => {
    const side = within(lights[i] as number, -1, 1);
    return {
      azimuth: base + within(azimuths[i] as number, -turn, turn) * DEGREE,
      elevation: within(elevations[i] as number, low, high) * DEGREE,
      fill: within(fills[i] as number, 0.74, 0.92),
      shift: [random.between(-0.035, 0.035), random.between(-0.025, 0.025)],
      light: {
        // From the left or the right, never from straight behind the camera: that would be flat.
        azimuth: Math.sign(side) * (28 + 40 * Math.abs(side)) * DEGREE,
        elevation: random.between(38, 56) * DEGREE,
      },
      warmth: random.between(-0.8, 0.8),
      exposure: random.between(0.95, 1.05),
      backdrop: backdrops[i % backdrops.length] as Backdrop,
    };
  });
}
