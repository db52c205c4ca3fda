/**
 * The space of an index: what happens to the model's plain vectors before they are compared. Catalogue and queries
 * take the same way.
 *
 *     plain ─┬─ features ─ L2 ─ less their centre ─ L2 ─────────────┬─ L2 ─ vector of the index
 *            └─ colours ── L2 ─ less their centre ─ L2 ─ × weight ──┘
 *
 * The two parts are centred on their own. Centred together, the colours would shrink: the photos of one shop differ
 * less in colour than in features, and a centre removes what they share. Leave-one-out with `vgg16-lite` and colours
 * at 0.3, top-1 / mAP, together and apart: 893 photos of cartons .950 / .501 and .963 / .548, 250 of fruit
 * .584 / .380 and .596 / .384, 808 of 15 classes .824 / .629 and .816 / .619.
 */
import { normalised } from './arithmetic.ts';
import { CentreSum, centred, centreOf } from './centre.ts';

export interface Space {
  /** One number for each of the vector's; null for the plain cosine. */
  readonly centre: Float32Array | null;
  /** null if the model has no colours */
  readonly colour: ColourPart | null;
}

/** The colours are the last numbers of a vector. */
export interface ColourPart {
  readonly numbers: number;
  /** Length of the colours where the features have a length of 1; 0 ignores them. */
  readonly weight: number;
}

/**
 * @param plain the model's vector
 * @returns a vector of unit length in the space of the index
 */
export function placed(plain: Float32Array, { centre, colour }: Space): Float32Array<ArrayBuffer> {
  if (!colour) return centred(plain, centre);
  const cut = plain.length - colour.numbers;
  const part = (from: number, to: number) =>
    centred(normalised(plain.subarray(from, to)), centre?.subarray(from, to) ?? null);
  const joined = new Float32Array(plain.length);
  joined.set(part(0, cut));
  // A grey photo has no colours, which are all zero; less a centre they would be the opposite of the catalogue's.
  const hasColours = colour.weight > 0 && plain.subarray(cut).some((x) => x !== 0);
  if (hasColours) {
    const colours = part(cut, plain.length);
    for (let i = 0; i < colours.length; i++) {
      joined[cut + i] = (colours[i] as number) * colour.weight;
    }
  }
  return normalised(joined);
}

/**
 * The centre of a catalogue, part by part: `centreOf` the features and `centreOf` the colours, each at unit length.
 * Photos without colours do not count for those.
 * @param plain n × dimension, row after row
 */
export function centreOfParts(
  plain: Float32Array,
  dimension: number,
  colour: Pick<ColourPart, 'numbers'> | null,
): Float32Array<ArrayBuffer> {
  if (!colour) return centreOf(plain, dimension);
  const cut = dimension - colour.numbers;
  const features = new CentreSum(cut);
  const colours = new CentreSum(colour.numbers);
  for (let at = 0; at < plain.length; at += dimension) {
    const vector = plain.subarray(at, at + dimension);
    features.add(normalised(vector.subarray(0, cut)));
    const own = normalised(vector.subarray(cut));
    if (own.some((x) => x !== 0)) colours.add(own);
  }
  const centre = new Float32Array(dimension);
  centre.set(features.centre());
  centre.set(colours.centre(), cut);
  return centre;
}
