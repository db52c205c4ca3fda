/** Makes a photo's vector from the features of its views, and its colours. */
import { coloursOf } from '../image/colour.ts';
import type { RgbaImage } from '../image/pixels.ts';
import { normalised } from '../vector/arithmetic.ts';
import type { ModelSpec } from './spec.ts';

type Floats = Float32Array<ArrayBuffer>;

/**
 * @param features one for each view, of unit length
 * @returns the plain embedding, of unit length
 */
export function assemble(
  { input, colour }: Pick<ModelSpec, 'input' | 'colour'>,
  features: readonly Floats[],
  photo: RgbaImage,
): Floats {
  const summed = sumOf(features);
  if (!colour) return summed;
  const colours = coloursOf(photo, input.alpha ?? 'over-white', colour);
  const joined = new Float32Array(summed.length + colours.length);
  joined.set(summed);
  for (let i = 0; i < colours.length; i++) {
    joined[summed.length + i] = (colours[i] as number) * colour.weight;
  }
  return normalised(joined);
}

/** A single view's features stay as they are, to the bit. */
function sumOf(features: readonly Floats[]): Floats {
  const [first, ...others] = features as readonly [Floats, ...Floats[]];
  if (others.length === 0) return first;
  return normalised(
    first.map((value, i) => others.reduce((sum, view) => sum + (view[i] as number), value)),
  );
}
