/**
 * What vectors depend on. Vectors of different models, or around different centres, must not be compared, so a push
 * stores these hashes with a release, and a query brings its own.
 */
import { encodeUtf8 } from '../text.ts';
import type { Manifest } from './manifest.ts';

export interface Identity {
  /** Fingerprint of the model: equal if two models give the same vectors for the same photos. */
  readonly model: string;
  /** Hash of the space (see vector/space.ts): the centre and the weight of colours. `none` for the plain cosine. */
  readonly centre: string;
  readonly dimension: number;
}

/** Hexadecimal digits: enough to tell models apart, short enough for a message. */
const DIGITS = 16;

/** @param sha256 in lower-case hexadecimal; Node and browsers compute it differently */
export async function identityOf(
  { model, index }: Pick<Manifest, 'model' | 'index'>,
  sha256: (bytes: Uint8Array) => string | Promise<string>,
): Promise<Identity> {
  const hash = async (value: unknown) =>
    (await sha256(encodeUtf8(JSON.stringify(sorted(value))))).slice(0, DIGITS);
  // Neither its name nor its licence changes a vector, and files are named by their content.
  const { name, version, licence, attribution, canary, weights, ...arithmetic } = model;
  const files = weights.files.map(({ sha256: content }) => content);
  const colourWeight = index.colourWeight ?? model.colour?.weight;
  const isPlain = index.centre === null && colourWeight === undefined;
  return {
    model: await hash({ ...arithmetic, weights: { dtype: weights.dtype, files } }),
    centre: isPlain ? 'none' : await hash({ centre: index.centre, colourWeight }),
    dimension: index.dimension,
  };
}

/** Sorts the keys of objects, so that their order in a manifest does not change its text. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, entry]) => [key, sorted(entry)]));
}
