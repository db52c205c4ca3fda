/** Colours as a part of the vector: the part of the model contract that image/colour.ts computes. */
import { COLOUR_NUMBERS } from '../image/colour.ts';
import { ILLUMINANTS, type Illuminant } from '../image/illuminant.ts';
import { mustBeOneOf, type Refuse } from './input-spec.ts';

export interface ColourSpec {
  /** `lab-7x7`: 49 numbers, a soft histogram over a* and b* of CIE L*a*b* */
  readonly histogram: 'lab-7x7';
  /** Length of the colours beside the features, whose length is 1. */
  readonly weight: number;
  /** Correction of the photo's light before colours are counted: see image/illuminant.ts. */
  readonly illuminant: Illuminant;
  /** A photo with a larger share of grey gets zeros as colours. */
  readonly greyAbove: number;
}

/** @throws errors of `bad` */
export function checkColour(raw: unknown, dimension: number, bad: Refuse): void {
  if (typeof raw !== 'object' || raw === null) {
    bad('colour', 'an object { histogram, weight, illuminant, greyAbove }', raw);
  }
  const { histogram, weight, illuminant, greyAbove } = raw as Partial<ColourSpec>;
  mustBeOneOf(bad, 'colour.histogram', histogram, ['lab-7x7']);
  mustBeOneOf(bad, 'colour.illuminant', illuminant, ILLUMINANTS);
  if (typeof weight !== 'number' || !(weight >= 0 && weight <= 1)) {
    bad('colour.weight', 'a number from 0 to 1', weight);
  }
  if (typeof greyAbove !== 'number' || !(greyAbove > 0 && greyAbove <= 1)) {
    bad('colour.greyAbove', 'a number above 0, at most 1', greyAbove);
  }
  if (dimension <= COLOUR_NUMBERS) {
    bad('dimension', `more than the ${COLOUR_NUMBERS} numbers of the colours`, dimension);
  }
}
