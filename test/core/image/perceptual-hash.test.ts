/** The perceptual hash against the textbook's formula, and what it withstands. */
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import {
  areCopies,
  COPY_COSINE,
  COPY_DISTANCE,
  FINGERPRINT_BYTES,
  HASH_BITS,
  HASH_BYTES,
  hammingDistance,
} from '../../../src/core/image/hash-distance.ts';
import {
  fingerprintOf as fingerprintOfCopy,
  perceptualHash as hashOfCopy,
  vectorOfHash,
} from '../../../src/core/image/perceptual-hash.ts';
import type { RgbaImage } from '../../../src/core/image/pixels.ts';
import { resizeBilinear } from '../../../src/core/image/resize.ts';
import { smallCopy } from '../../../src/core/image/small-copy.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';
import { MODIFICATIONS } from '../../../src/node/photos/modifications.ts';
import { scene } from '../../support/photos.ts';

const perceptualHash = (photo: RgbaImage) => hashOfCopy(smallCopy(photo));
const fingerprintOf = (photo: RgbaImage) => fingerprintOfCopy(smallCopy(photo));

async function pixels(photo: Sharp): Promise<RgbaImage> {
  const { data, info } = await photo.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** The definition, term by term: DCT-II of the grey 32×32 copy, frequencies 1 to 12 each way, above their median. */
function plainHash(photo: RgbaImage): string {
  const rgb = resizeBilinear(photo, 32, 32, 'over-white');
  const waves: number[] = [];
  for (let v = 1; v <= 12; v++) {
    for (let u = 1; u <= 12; u++) {
      let sum = 0;
      for (let y = 0; y < 32; y++) {
        for (let x = 0; x < 32; x++) {
          const [r = 0, g = 0, b = 0] = rgb.subarray((y * 32 + x) * 3);
          const grey = 0.299 * r + 0.587 * g + 0.114 * b;
          sum +=
            grey *
            Math.cos((Math.PI * u * (2 * x + 1)) / 64) *
            Math.cos((Math.PI * v * (2 * y + 1)) / 64);
        }
      }
      waves.push(sum);
    }
  }
  const [low = 0, high = 0] = [...waves].sort((a, b) => a - b).slice(71, 73);
  return waves.map((wave) => (wave > (low + high) / 2 ? '1' : '0')).join('');
}

const bitsOf = (hash: Uint8Array) =>
  Array.from({ length: HASH_BITS }, (_, i) => ((hash[i >> 3] ?? 0) >> (i & 7)) & 1).join('');

describe('the hash', () => {
  test('is that of the definition, and half of its bits are set', async () => {
    for (let seed = 1; seed <= 12; seed++) {
      const photo = await pixels(scene(seed, 60 + 13 * seed, 90));
      const bits = bitsOf(perceptualHash(photo));
      expect(bits).toBe(plainHash(photo));
      expect(bits.match(/1/g)).toHaveLength(HASH_BITS / 2);
    }
  });

  test('of a picture without contrast is zero, whatever its colour', async () => {
    for (const background of ['#fff', '#000', '#a33', '#00000000']) {
      const blank = sharp({ create: { width: 50, height: 40, channels: 4, background } });
      const print = fingerprintOf(await pixels(blank));
      expect(print.subarray(0, HASH_BYTES)).toEqual(new Uint8Array(HASH_BYTES));
      expect(areCopies(print, print)).toBe(false);
    }
  });

  test('of a photo of 48 megapixels is nearly that of its small copy, and takes no longer than one of 2', async () => {
    const small = await pixels(scene(3, 640, 480));
    const large = await pixels(scene(3, 8000, 6000));
    const cpu = () => process.cpuUsage().user / 1000;
    const begun = cpu();
    const hash = perceptualHash(large);
    expect(cpu() - begun).toBeLessThan(400);
    expect(hammingDistance(hash, perceptualHash(small))).toBeLessThanOrEqual(4);
  });

  test('as a vector, has the cosine that the distance says', () => {
    const random = seededRandom(5);
    const hash = () => Uint8Array.from({ length: HASH_BYTES }, () => Math.floor(256 * random()));
    for (let i = 0; i < 20; i++) {
      const [a, b] = [hash(), hash()];
      const different = [...bitsOf(a)].filter((bit, at) => bit !== bitsOf(b)[at]).length;
      expect(hammingDistance(a, b)).toBe(different);
      const [va, vb] = [vectorOfHash(a), vectorOfHash(b)];
      const cosine = va.reduce((sum, x, at) => sum + x * (vb[at] ?? 0), 0);
      expect(cosine).toBeCloseTo(1 - (2 * different) / HASH_BITS, 5);
    }
    expect(COPY_COSINE).toBeLessThan(1 - (2 * COPY_DISTANCE) / HASH_BITS - 0.005);
    expect(COPY_COSINE).toBeGreaterThan(1 - (2 * (COPY_DISTANCE + 2)) / HASH_BITS + 0.005);
  });
});

describe('copies', () => {
  const photos = [11, 12, 13, 14].map((seed) => pixels(scene(seed, 480, 360)));
  const modified = (name: string) =>
    MODIFICATIONS.find((one) => one.name === name)?.apply as (p: RgbaImage) => Promise<RgbaImage>;

  test.each(['jpeg-40', 'thumbnail', 'blurred'])('are recognised: %s', async (name) => {
    for (const photo of await Promise.all(photos)) {
      const print = fingerprintOf(await modified(name)(photo));
      expect(areCopies(fingerprintOf(photo), print)).toBe(true);
    }
  });

  test('in other light or grey have the same hash, but other colours', async () => {
    for (const photo of await Promise.all(photos)) {
      for (const name of ['grey', 'warm', 'dark']) {
        const print = fingerprintOf(await modified(name)(photo));
        expect(hammingDistance(fingerprintOf(photo), print)).toBeLessThanOrEqual(COPY_DISTANCE);
      }
      const grey = fingerprintOf(await modified('grey')(photo));
      expect(areCopies(fingerprintOf(photo), grey)).toBe(false);
    }
  });

  test('are not: another photo, the same turned or mirrored, the same thing in another colour', async () => {
    const prints = (await Promise.all(photos)).map(fingerprintOf);
    for (const [i, a] of prints.entries()) {
      expect(a).toHaveLength(FINGERPRINT_BYTES);
      for (const b of prints.slice(i + 1)) expect(areCopies(a, b)).toBe(false);
    }
    const [photo] = await Promise.all(photos);
    for (const name of ['mirrored', 'quarter-turn']) {
      const turned = fingerprintOf(await modified(name)(photo as RgbaImage));
      expect(areCopies(prints[0] as Uint8Array, turned)).toBe(false);
    }
    const mug = (colour: string) =>
      pixels(
        sharp(
          Buffer.from(
            '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300"><rect width="300" height="300" fill="#fff"/>' +
              `<rect x="90" y="80" width="110" height="150" rx="12" fill="${colour}"/></svg>`,
          ),
        ),
      );
    // Equal in grey.
    const [red, green] = [await mug('#c03030'), await mug('#3d7d30')].map(fingerprintOf);
    expect(hammingDistance(red as Uint8Array, green as Uint8Array)).toBeLessThanOrEqual(2);
    expect(areCopies(red as Uint8Array, green as Uint8Array)).toBe(false);
  });

  test('are not: the same thing in another shade, without any colour', async () => {
    const shirt = async (level: number, ground = 255) => {
      const fill = (value: number) => `rgb(${value},${value},${value})`;
      const svg =
        `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300"><rect width="300" height="300" fill="${fill(ground)}"/>` +
        `<path d="M70 60 120 40h60l50 20 30 60-45 20v120H85V140L40 120Z" fill="${fill(level)}"/></svg>`;
      return fingerprintOf(await pixels(sharp(Buffer.from(svg))));
    };
    for (const [a = 0, b = 0] of [
      [20, 60],
      [60, 95],
      [95, 170],
      [225, 180],
    ]) {
      expect([a, b, areCopies(await shirt(a), await shirt(b))]).toEqual([a, b, false]);
    }
    expect(areCopies(await shirt(60), await shirt(63))).toBe(true);
  });
});
