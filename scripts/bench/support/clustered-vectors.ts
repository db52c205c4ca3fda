import { seededRandom } from '../../../src/core/vector/random.ts';

/** Unit vectors clustered around `clusters` random directions, like the photos of one catalogue. */
export function clusteredVectors(
  count: number,
  dimension: number,
  clusters: number,
  seed: number,
): Float32Array<ArrayBuffer> {
  const random = seededRandom(seed);
  const noise = () => random() + random() + random() - 1.5;
  const heads = Array.from({ length: clusters }, () => Array.from({ length: dimension }, noise));
  const out = new Float32Array(count * dimension);
  for (let row = 0; row < count; row++) {
    const vector = (heads[row % clusters] ?? []).map((x) => x + 0.7 * noise());
    const length = Math.hypot(...vector);
    out.set(
      vector.map((x) => x / length),
      row * dimension,
    );
  }
  return out;
}
