/**
 * Chooses how much colour counts in a catalogue, by leave-one-out over the photos of its groups. Colour helps to find
 * the same thing again, and hurts where a group is a kind of thing in many colours.
 */
import { dot } from '../../../core/vector/arithmetic.ts';
import { type ColourPart, centreOfParts, placed } from '../../../core/vector/space.ts';
import { isBetter, mapOf, type Precisions, precisionsBy } from './precision.ts';
import type { Sample } from './sample.ts';

export interface ColourChoice {
  readonly weight: number;
  /** Mean average precision with each weight; empty if nothing was measured. */
  readonly measured: readonly { readonly weight: number; readonly mAP: number }[];
}

const COLOUR_WEIGHTS = [0, 0.1, 0.2, 0.3, 0.4] as const;

/**
 * @param plain the model's vectors of the whole catalogue, count × dimension
 * @param colour the colours in them, with the weight that stays unless another is better beyond chance
 * @param isCentred whether the index subtracts its centre
 */
export function chooseColourWeight(
  sample: Sample,
  plain: Float32Array,
  dimension: number,
  colour: ColourPart,
  isCentred: boolean,
): ColourChoice {
  const weights = [...new Set([...COLOUR_WEIGHTS, colour.weight])].sort((a, b) => a - b);
  const precisions = measure(sample, plain, dimension, colour, isCentred, weights);
  const standard = precisions[weights.indexOf(colour.weight)] as Precisions;
  let best = standard;
  for (const own of precisions) {
    if (mapOf(own) > mapOf(best) && isBetter(sample, own, standard)) best = own;
  }
  return {
    weight: weights[precisions.indexOf(best)] as number,
    measured: precisions.map((own, i) => ({ weight: weights[i] as number, mAP: mapOf(own) })),
  };
}

/**
 * The inner products of features and of colours are the same for every weight w, so they are computed once. A vector
 * is [features, w × colours] ÷ its length, and both parts have a length of 1, or 0 for the colours of a grey photo.
 */
function measure(
  sample: Sample,
  plain: Float32Array,
  dimension: number,
  { numbers }: ColourPart,
  isCentred: boolean,
  weights: readonly number[],
): Precisions[] {
  const centre = isCentred ? centreOfParts(plain, dimension, { numbers }) : null;
  // At weight 1, both parts of a vector have the same length.
  const space = { centre, colour: { numbers, weight: 1 } };
  const cut = dimension - numbers;
  const vectors = Array.from(sample.rows, (row) =>
    placed(plain.subarray(row * dimension, (row + 1) * dimension), space),
  );
  const features = vectors.map((vector) => vector.subarray(0, cut));
  const colours = vectors.map((vector) => vector.subarray(cut));
  const featureSquares = features.map((part) => dot(part, part));
  const colourSquares = colours.map((part) => dot(part, part));
  const lengths = weights.map((weight) =>
    Float64Array.from(featureSquares, (square, i) =>
      Math.sqrt(square + weight * weight * (colourSquares[i] as number)),
    ),
  );
  return precisionsBy(sample, weights.length, (query, scores) => {
    for (let other = 0; other < vectors.length; other++) {
      const ofFeatures = dot(features[query] as Float32Array, features[other] as Float32Array);
      const ofColours = dot(colours[query] as Float32Array, colours[other] as Float32Array);
      for (let i = 0; i < weights.length; i++) {
        const weight = weights[i] as number;
        const own = lengths[i] as Float64Array;
        const both = (own[query] as number) * (own[other] as number);
        (scores[i] as Float64Array)[other] = (ofFeatures + weight * weight * ofColours) / both;
      }
    }
  });
}
