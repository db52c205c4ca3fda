/**
 * The cube root in plain arithmetic. `Math.cbrt` and `Math.pow` may differ in the last bits between JavaScript
 * engines, and vectors must not.
 */
const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);

/** High word of the guess: the exponent divided by three (FreeBSD's s_cbrt.c); 5 % off at most. */
const BIAS = 715_094_163;
/** Near the subnormal numbers the guess fails, and no vector needs them. */
const SMALLEST = 1e-300;
/** Halley's steps; each triples the number of correct digits. */
const STEPS = 3;

/** @returns the cube root to about 1e-15 of itself; 0 for numbers below 1e-300 */
export function cubeRoot(x: number): number {
  const size = Math.abs(x);
  if (size < SMALLEST) return 0;
  // NaN and infinity stay themselves.
  if (!(size < Number.POSITIVE_INFINITY)) return x;
  double[0] = size;
  halves[1] = Math.floor((halves[1] as number) / 3) + BIAS;
  halves[0] = 0;
  let root = double[0];
  for (let step = 0; step < STEPS; step++) {
    const cube = root * root * root;
    root += root * ((size - cube) / (2 * cube + size));
  }
  return x < 0 ? -root : root;
}
