/** IEEE 754 binary16 to binary32. */
export function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The nearest binary16, ties to even; infinity for numbers out of range. */
export function floatToHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size === 0) return sign;
  // Below 2^-14 the steps stay 2^-24 wide.
  const exponent = Math.max(Math.floor(Math.log2(size)), -14);
  const steps = roundToEven(size / 2 ** (exponent - 10));
  const half = steps < 1024 ? steps : ((exponent + 15) << 10) + (steps - 1024);
  return sign | Math.min(half, 0x7c00);
}

function roundToEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

/** Any number of finite values, each to the nearest binary16: the bits of `floatToHalf`, many at a time. */
export function floatsToHalves(values: Float32Array): Uint16Array<ArrayBuffer> {
  const halves = new Uint16Array(values.length);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < halves.length; i++) {
    const own = bits[i] as number;
    const size = own & 0x7fffffff;
    if (size < SMALLEST_NORMAL || size >= LARGEST) {
      halves[i] = floatToHalf(values[i] as number);
      continue;
    }
    // 13 bits go; adding half of the last bit that stays, less one if that bit is even, rounds ties to even.
    const rounded = (size + 0xfff + ((size >>> 13) & 1)) >>> 13;
    halves[i] = ((own >>> 16) & 0x8000) | (rounded - ((127 - 15) << 10));
  }
  return halves;
}

/** The bits of 2^-14 and 2^15 as binary32: numbers between them are normal in binary16, rounded or not. */
const SMALLEST_NORMAL = 0x38800000;
const LARGEST = 0x47000000;

/** 2^112: the difference of the two formats' exponent biases, 127 − 15. */
const REBIAS = 2 ** 112;

/**
 * Finite binary16 to binary32, many at a time: exponent and fraction move to their places in a binary32, and one
 * multiplication corrects the bias, for subnormal numbers, too.
 */
export function halvesToFloats(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const floats = new Float32Array(halves.length);
  const bits = new Uint32Array(floats.buffer);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i] as number;
    bits[i] = ((half & 0x8000) << 16) | ((half & 0x7fff) << 13);
  }
  for (let i = 0; i < floats.length; i++) floats[i] = (floats[i] as number) * REBIAS;
  return floats;
}

/** Where the first infinity or NaN stands; -1 if all are finite. */
export function nonFiniteHalf(halves: Uint16Array): number {
  for (let i = 0; i < halves.length; i++) if (((halves[i] as number) & 0x7c00) === 0x7c00) return i;
  return -1;
}

/** The values that binary16 can hold, nearest to the given ones. */
export function roundedToHalf(values: Float32Array): Float32Array<ArrayBuffer> {
  return halvesToFloats(floatsToHalves(values));
}
