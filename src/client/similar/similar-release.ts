/** The part of a manifest that similar items need. Model and index are neither read nor checked. */
import {
  isReadable,
  MANIFEST_FORMAT,
  PARTS_VERSION,
  PLAIN_VERSION,
} from '../../core/bundle/manifest.ts';
import { checkRowFiles, type RowFile } from '../../core/bundle/row-files.ts';
import { checkSimilar, type Similar } from '../../core/bundle/similar.ts';
import { isRecord } from '../../core/check-record.ts';
import { describe } from '../../core/describe.ts';
import { SoutuError } from '../../core/errors.ts';
import { type BlockSet, isBlockSet } from '../../core/parts/block-set.ts';

export interface SimilarRelease {
  readonly count: number;
  readonly columns: readonly RowFile[];
  readonly details: readonly RowFile[];
  /** Details by position, of an index in parts; else null. */
  readonly placed: readonly BlockSet[] | null;
  /** Null if the bundle has no similar items. */
  readonly similar: Similar | null;
}

/**
 * @param where URL of the manifest, for errors
 * @throws SoutuError `BundleError`
 */
export function parseReleaseFor(raw: unknown, where: string): SimilarRelease {
  const bad = (what: string): never => {
    throw new SoutuError('BundleError', `${where}: ${what} Build the bundle again.`);
  };
  const { format, version, items, index } = isRecord(raw) ? raw : {};
  if (format !== MANIFEST_FORMAT) {
    bad(`not a bundle of Soutu: "format" is ${describe(format)}. Check the bundle's address.`);
  }
  if (!isReadable(version)) {
    bad(
      `the bundle has format version ${describe(version)}, this page reads versions ${PLAIN_VERSION} to ${PARTS_VERSION}.`,
    );
  }
  const { count, columns, details, similar } = isRecord(items) ? items : {};
  const hasCount = Number.isSafeInteger(count) && (count as number) > 0;
  if (!hasCount) bad(`"items.count" must be a whole number above 0, got ${describe(count)}.`);
  checkSimilar(similar, count as number, bad);
  const placed = placedIn(index, bad);
  return {
    count: count as number,
    columns: checkRowFiles('items.columns', columns, count as number, bad),
    details: placed ? [] : checkRowFiles('items.details', details, count as number, bad),
    placed,
    similar: (similar as Similar | undefined) ?? null,
  };
}

/** The files themselves are checked when they are read. */
function placedIn(index: unknown, bad: (what: string) => never): readonly BlockSet[] | null {
  const { type, parts } = isRecord(index) ? index : {};
  if (type !== 'parts') return null;
  const { details } = isRecord(parts) ? parts : {};
  if (Array.isArray(details) && details.every(isBlockSet)) return details;
  return bad(
    `"index.parts.details" must be a list of { set, count, rows, bytes }, got ${describe(details)}.`,
  );
}
