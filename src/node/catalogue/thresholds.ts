import type { Thresholds } from '../../core/contract.ts';
import { describe } from '../../core/describe.ts';
import { SoutuError } from '../../core/errors.ts';

/**
 * The field `thresholds` of a catalogue: the owner's own `match` and `related`, either or both.
 * @throws SoutuError `CatalogueError`
 */
export function readThresholds(
  fields: Readonly<Record<string, unknown>>,
  path: string,
): Partial<Thresholds> {
  const fail = (what: string): never => {
    throw new SoutuError('CatalogueError', `${path}: ${what}`);
  };
  if (fields.minScore !== undefined) {
    fail(
      '"minScore" is now called "thresholds": { "match": … }. Rename it, or delete it to use the calibrated one.',
    );
  }
  const { thresholds } = fields;
  if (thresholds === undefined || thresholds === null) return {};
  const expected = `"thresholds" must be { "match": …, "related": … } with cosines from -1 to 1, either or both`;
  if (typeof thresholds !== 'object' || Array.isArray(thresholds)) {
    return fail(`${expected}; got ${describe(thresholds)}.`);
  }
  for (const [name, value] of Object.entries(thresholds)) {
    if (name !== 'match' && name !== 'related') fail(`${expected}; got a field "${name}".`);
    if (typeof value === 'number' && value >= -1 && value <= 1) continue;
    fail(`"thresholds.${name}" must be a cosine from -1 to 1, got ${describe(value)}.`);
  }
  const { match, related } = thresholds as Partial<Thresholds>;
  if (match !== undefined && related !== undefined && related > match) {
    fail(`"thresholds.related" must not be above "thresholds.match", ${match}; got ${related}.`);
  }
  return thresholds;
}
