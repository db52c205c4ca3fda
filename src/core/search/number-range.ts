import { isRecord } from '../check-record.ts';
import type { Condition, Extent, NumberRange } from '../contract.ts';

/** A condition that is neither a value nor a list of values. */
export function isRange(condition: Condition): condition is NumberRange {
  return typeof condition === 'object' && !Array.isArray(condition);
}

/** `{ gte, lte }` with at least one of them, finite, and in ascending order. */
export function isValidRange(value: unknown): value is NumberRange {
  if (!isRecord(value)) return false;
  const { gte, lte, ...others } = value;
  const ends = [gte, lte].filter((end) => end !== undefined);
  if (ends.length === 0 || Object.keys(others).length > 0) return false;
  if (!ends.every((end) => Number.isFinite(end))) return false;
  return ends.length < 2 || (gte as number) <= (lte as number);
}

export function isWithin(number: number, { gte, lte }: NumberRange): boolean {
  return (gte === undefined || number >= gte) && (lte === undefined || number <= lte);
}

/** null if there are no numbers */
export function extentOf(numbers: Iterable<number>): Extent | null {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const number of numbers) {
    if (number < min) min = number;
    if (number > max) max = number;
  }
  return min <= max ? { min, max } : null;
}
