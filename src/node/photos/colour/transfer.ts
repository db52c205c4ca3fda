/**
 * Transfer functions: encoded value (0…1) to linear light, where 1 is SDR white. They follow Chromium rather than
 * the standards: BT.709 and similar curves are decoded with a gamma of 2.4, as on the reference display.
 */

export type Transfer =
  | { readonly kind: 'curve'; readonly toLinear: (x: number) => number }
  | { readonly kind: 'pq' }
  | { readonly kind: 'hlg' };

const gamma = (g: number): Transfer => ({ kind: 'curve', toLinear: (x) => x ** g });

const srgbToLinear = (x: number) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
export const linearToSrgb = (x: number) =>
  x <= 0.0031308 ? x * 12.92 : 1.055 * x ** (1 / 2.4) - 0.055;

/** @param encoding the encoder's exponent, as stored in PNG's gAMA chunk */
export const transferOfGamma = (encoding: number): Transfer => gamma(1 / encoding);

const SRGB: Transfer = { kind: 'curve', toLinear: srgbToLinear };
const REFERENCE_DISPLAY = gamma(2.4);
const SMPTE_240M: Transfer = {
  kind: 'curve',
  toLinear: (x) => (x < 0.0913 ? x / 4 : ((x + 0.1115) / 1.1115) ** (1 / 0.45)),
};
const SMPTE_428: Transfer = { kind: 'curve', toLinear: (x) => (52.37 / 48) * x ** 2.6 };

/** ITU-T H.273, table 3. Chromium ignores tags with the code points that are missing here. */
const BY_CODE_POINT = new Map<number, Transfer>([
  [1, REFERENCE_DISPLAY],
  [4, gamma(2.2)],
  [5, gamma(2.8)],
  [6, REFERENCE_DISPLAY],
  [7, SMPTE_240M],
  [8, gamma(1)],
  [11, REFERENCE_DISPLAY],
  [13, SRGB],
  [14, REFERENCE_DISPLAY],
  [15, REFERENCE_DISPLAY],
  [16, { kind: 'pq' }],
  [17, SMPTE_428],
  [18, { kind: 'hlg' }],
]);

export function transferOf(codePoint: number): Transfer | null {
  return BY_CODE_POINT.get(codePoint) ?? null;
}

/** BT.2100's perceptual quantiser (PQ): encoded value 0…1 to cd/m². */
export function pqToNits(x: number): number {
  const power = x ** (1 / 78.84375);
  const base = Math.max(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power);
  return 10_000 * base ** (1 / 0.1593017578125);
}

/** BT.2100's hybrid log-gamma (HLG): encoded value 0…1 to scene light 0…1. */
export function hlgToScene(x: number): number {
  if (x <= 0.5) return (x * x) / 3;
  return (Math.exp((x - 0.55991073) / 0.17883277) + 0.28466892) / 12;
}
