import { isRecord } from '../check-record.ts';
import { describe } from '../describe.ts';
import { isFileRef } from '../file-ref.ts';
import { type BlockSet, isBlockSet } from '../parts/block-set.ts';

const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) > 0;

/**
 * @param count items of the bundle
 * @param bad throws an error about the manifest
 */
export function checkPartsInfo(parts: unknown, count: number, bad: (what: string) => never): void {
  const info: Partial<Record<string, unknown>> = isRecord(parts) ? parts : {};
  for (const name of ['root', 'list']) {
    if (isFileRef(info[name])) continue;
    bad(`"index.parts.${name}" must be { file, bytes, sha256 }, got ${describe(info[name])}.`);
  }
  if (info.postings !== undefined && !isFileRef(info.postings)) {
    bad(`"index.parts.postings" must be { file, bytes, sha256 }, got ${describe(info.postings)}.`);
  }
  for (const name of ['files', 'bytes']) {
    if (isCount(info[name])) continue;
    bad(`"index.parts.${name}" must be a whole number above 0, got ${describe(info[name])}.`);
  }
  for (const [name, sets] of Object.entries({ details: info.details, titles: info.titles })) {
    if (Array.isArray(sets) && sets.every(isBlockSet)) continue;
    bad(
      `"index.parts.${name}" must be a list of { set, count, rows, bytes }, got ${describe(sets)}.`,
    );
  }
  const details = totalRows(info.details as readonly BlockSet[]);
  if (details < count)
    bad(`"index.parts.details" has ${details} items, "items.count" says ${count}.`);
  if (typeof info.copies !== 'boolean') {
    bad(`"index.parts.copies" must be true or false, got ${describe(info.copies)}.`);
  }
  for (const name of ['recall10', 'wanted', 'error']) {
    const value = info[name];
    if (typeof value === 'number' && value >= 0 && value <= 1) continue;
    bad(`"index.parts.${name}" must be a number from 0 to 1, got ${describe(value)}.`);
  }
  const cold: Partial<Record<string, unknown>> = isRecord(info.cold) ? info.cold : {};
  if (![cold.bytes, cold.requests].every((n) => typeof n === 'number' && n > 0)) {
    bad(`"index.parts.cold" must be { bytes, requests }, got ${describe(info.cold)}.`);
  }
  if (info.delta !== undefined) checkDelta(info.delta, bad);
  checkTitles(info, details, bad);
}

const totalRows = (sets: readonly BlockSet[]) => sets.reduce((sum, set) => sum + set.count, 0);

/** Titles are by position, so some of them would belong to other items. */
function checkTitles(
  { titles, delta }: Partial<Record<string, unknown>>,
  positions: number,
  bad: (what: string) => never,
): void {
  const rows = totalRows(titles as readonly BlockSet[]);
  const added = isRecord(delta) ? (delta.added as number) : 0;
  if ([0, positions, added].includes(rows)) return;
  bad(
    `"index.parts.titles" has ${rows} items, expected none, the ${positions} of "index.parts.details", or the ${added} that were added.`,
  );
}

function checkDelta(value: unknown, bad: (what: string) => never): void {
  const { file, list, added, removed, ...rest }: Partial<Record<string, unknown>> = isRecord(value)
    ? value
    : {};
  const isWhole = (n: unknown) => Number.isSafeInteger(n) && (n as number) >= 0;
  const cold = isRecord(rest.cold) ? rest.cold : {};
  const numbers = [added, removed, rest.files, rest.bytes, cold.bytes, cold.requests];
  if (isFileRef(file) && isFileRef(list) && numbers.every(isWhole)) return;
  bad(
    `"index.parts.delta" must be { file, list, added, removed, files, bytes, cold }, got ${describe(value)}.`,
  );
}
