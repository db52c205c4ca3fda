/**
 * Vectors for a large bundle of the default model: the features of 110,000 real photos from ../shared/data/vectors-110k, each
 * with the colours of any photo of the bundle, which the data set does not have.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { halvesToFloats } from '../../../src/core/half.ts';
import { normalised } from '../../../src/core/vector/arithmetic.ts';
import { centred, centreOf } from '../../../src/core/vector/centre.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';
import type { Space } from '../../../src/core/vector/space.ts';

const FOLDER = fileURLToPath(new URL('../../../../shared/data/vectors-110k/', import.meta.url));
/** Numbers of the features of a photo. */
const FEATURES = 256;

export const hasRealVectors = () => existsSync(FOLDER);

export interface PlacedVectors {
  /** count × dimension, of unit length */
  readonly vectors: Float32Array;
  readonly space: Space;
}

/**
 * @param space of the bundle
 * @param known n × dimension, placed in `space`: their colours are taken
 * @throws Error if the data set is missing or has fewer vectors
 */
export async function realVectors(
  count: number,
  { space, vectors: known }: PlacedVectors,
): Promise<PlacedVectors> {
  const { centre: before, colour } = space;
  if (!before || !colour) throw new Error('Expected a bundle with a centre and with colours.');
  const dimension = FEATURES + colour.numbers;
  const features = await readFeatures();
  if (features.length < count * FEATURES) {
    throw new Error(`${FOLDER} has ${features.length / FEATURES} vectors, ${count} are wanted.`);
  }
  const own = features.subarray(0, count * FEATURES);
  const centre = Float32Array.from(before);
  centre.set(centreOf(own, FEATURES));
  const random = seededRandom(13);
  const vectors = new Float32Array(count * dimension);
  for (let row = 0; row < count; row++) {
    const plain = normalised(own.slice(row * FEATURES, (row + 1) * FEATURES));
    const joined = new Float32Array(dimension);
    joined.set(centred(plain, centre.subarray(0, FEATURES)));
    const other = Math.floor((random() * known.length) / dimension) * dimension;
    const colours = normalised(known.slice(other + FEATURES, other + dimension));
    for (let i = 0; i < colours.length; i++) {
      joined[FEATURES + i] = (colours[i] as number) * colour.weight;
    }
    vectors.set(normalised(joined), row * dimension);
  }
  return { vectors, space: { centre, colour } };
}

async function readFeatures(): Promise<Float32Array> {
  const files = await Promise.all(
    ['base.f16', 'queries.f16'].map((name) => readFile(join(FOLDER, name))),
  );
  const { buffer } = new Uint8Array(Buffer.concat(files));
  return halvesToFloats(new Uint16Array(buffer));
}
