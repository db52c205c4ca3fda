/** The space of a new index: its centre, and the weight of colours. Both are the previous release's while they suit. */
import type { Manifest } from '../../../core/bundle/manifest.ts';
import { spaceOf } from '../../../core/bundle/space-of.ts';
import { COLOUR_NUMBERS } from '../../../core/image/colour.ts';
import { isSameModel, type ModelSpec } from '../../../core/model/spec.ts';
import { isCloseCentre } from '../../../core/vector/centre.ts';
import { centreOfParts, type Space } from '../../../core/vector/space.ts';
import { type ColourChoice, chooseColourWeight } from './colour-weight.ts';
import type { Sample } from './sample.ts';

export interface SpaceOptions {
  /** Whether to subtract the catalogue's centre. */
  readonly centre: boolean;
  /** The weight of colours, 0 to 1; default: chosen by measurement. */
  readonly colour?: number | undefined;
}

export interface ColourReport extends ColourChoice {
  /**
   * `option`: the weight was given. `measured`: it finds the photos of a group better than the others did, or no worse.
   * `default`: there are too few groups to measure, so it is the model's, or the previous release's.
   */
  readonly by: 'option' | 'measured' | 'default';
}

/**
 * @param sample null if the catalogue has too few groups
 * @param plain the model's vectors, count × dimension
 * @param previous null to ignore the previous release
 */
export function chooseVectorSpace(
  plain: Float32Array,
  model: ModelSpec,
  sample: Sample | null,
  previous: Manifest | null,
  options: SpaceOptions,
): { space: Space; colour: ColourReport | null } {
  const before = previous && isSameModel(previous.model, model) ? spaceOf(previous) : null;
  const colour = model.colour
    ? chooseColour(plain, model, sample, before?.colour?.weight ?? model.colour.weight, options)
    : null;
  const part = colour && { numbers: COLOUR_NUMBERS, weight: colour.weight };
  if (!options.centre) return { space: { centre: null, colour: part }, colour };
  const current = centreOfParts(plain, model.dimension, part);
  const weighted = (centre: Float32Array) =>
    centre.map((x, i) => (part && i >= centre.length - part.numbers ? x * part.weight : x));
  const isClose = before?.centre && isCloseCentre(weighted(before.centre), weighted(current));
  return { space: { centre: isClose ? before.centre : current, colour: part }, colour };
}

function chooseColour(
  plain: Float32Array,
  { dimension }: ModelSpec,
  sample: Sample | null,
  weight: number,
  options: SpaceOptions,
): ColourReport {
  if (options.colour !== undefined) return { by: 'option', weight: options.colour, measured: [] };
  if (!sample) return { by: 'default', weight, measured: [] };
  const part = { numbers: COLOUR_NUMBERS, weight };
  return {
    by: 'measured',
    ...chooseColourWeight(sample, plain, dimension, part, options.centre),
  };
}
