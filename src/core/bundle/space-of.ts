import { COLOUR_NUMBERS } from '../image/colour.ts';
import { decodeFloats } from '../text.ts';
import type { Space } from '../vector/space.ts';
import type { ReleaseManifest } from './release-manifest.ts';

/** The space of a bundle's index, in which queries are compared. */
export function spaceOf({ model, index }: Pick<ReleaseManifest, 'model' | 'index'>): Space {
  return {
    centre: index.centre === null ? null : decodeFloats(index.centre),
    colour: model.colour
      ? { numbers: COLOUR_NUMBERS, weight: index.colourWeight ?? model.colour.weight }
      : null,
  };
}
