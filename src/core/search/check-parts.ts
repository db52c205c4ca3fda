import { isRecord } from '../check-record.ts';
import { MOST_PARTS } from '../contract.ts';
import { describe } from '../describe.ts';
import { SoutuError } from '../errors.ts';

const MAX_WEIGHT = 100;

/**
 * Checks the number of parts and their weights; what each part is made of is the caller's to check.
 * @throws SoutuError `UsageError`
 */
export function checkParts(parts: unknown): asserts parts is readonly Record<string, unknown>[] {
  if (!Array.isArray(parts) || parts.length === 0 || parts.length > MOST_PARTS) {
    const got = Array.isArray(parts) ? `${parts.length}` : describe(parts);
    throw refused(
      `"several" must be a list of 1 to ${MOST_PARTS} photos, vectors and ids, got ${got}.`,
    );
  }
  const weights = parts.map((part: unknown, i) => {
    const weight = isRecord(part) ? (part.weight ?? 1) : 1;
    const isValid =
      Number.isFinite(weight) && weight !== 0 && Math.abs(weight as number) <= MAX_WEIGHT;
    if (isValid) return weight as number;
    throw refused(
      `The weight of part ${i} of the query must be a number from -${MAX_WEIGHT} to ${MAX_WEIGHT} and not 0, ` +
        `got ${describe(weight)}.`,
    );
  });
  if (weights.some((weight) => weight > 0)) return;
  throw refused('A query needs at least one part with a positive weight: something to look for.');
}

function refused(words: string): SoutuError {
  return new SoutuError('UsageError', words);
}
