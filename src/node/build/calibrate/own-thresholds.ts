import type { Thresholds } from '../../../core/contract.ts';
import { SoutuError } from '../../../core/errors.ts';

/**
 * The thresholds of a catalogue, and over them those of the options.
 * @throws SoutuError `UsageError` if `related` is above `match`
 */
export function withOwn(
  inCatalogue: Partial<Thresholds>,
  options: Partial<Thresholds>,
): Partial<Thresholds> {
  const match = options.match ?? inCatalogue.match;
  const related = options.related ?? inCatalogue.related;
  if (match !== undefined && related !== undefined && related > match) {
    throw new SoutuError(
      'UsageError',
      `--related must not be above --match: ${related} is above ${match}. Each may also come from the catalogue.`,
    );
  }
  return {
    ...(match === undefined ? {} : { match }),
    ...(related === undefined ? {} : { related }),
  };
}
