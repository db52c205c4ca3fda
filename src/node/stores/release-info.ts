/** What a store keeps about a release besides its rows, as one JSON text. */
import { isRecord, isText } from '../../core/check-record.ts';
import { describe } from '../../core/describe.ts';
import { SoutuError } from '../../core/errors.ts';
import type { ReleaseInfo } from './store.ts';

/** Raise it with every change of what adapters store, so that an earlier Soutu refuses instead of misreading. */
const VERSION = 1;

export function releaseText(info: ReleaseInfo): string {
  return JSON.stringify({ version: VERSION, ...info });
}

const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText);
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;

const FIELDS: { readonly [Field in keyof ReleaseInfo]: (value: unknown) => boolean } = {
  release: (value) => isText(value) && /^[a-z0-9]+$/.test(value),
  count: isCount,
  dimension: isCount,
  model: isText,
  centre: isText,
  manifest: isText,
  hasCopies: (value) => typeof value === 'boolean',
  facets: isTexts,
  numeric: isTexts,
};

/**
 * @param where the store and the place in it, for errors
 * @throws SoutuError `StoreError` if it is not what `releaseText` writes
 */
export function parseRelease(text: string, where: string): ReleaseInfo {
  const bad = (what: string): never => {
    throw new SoutuError('StoreError', `${where}: ${what}`);
  };
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return bad(
      'the description of a release is not JSON. Push the bundle again under another --name.',
    );
  }
  if (!isRecord(raw)) return bad(`expected the description of a release, got ${describe(raw)}.`);
  const { version, ...info } = raw;
  if (version !== VERSION) {
    return bad(
      `the release has version ${describe(version)}, this version of Soutu reads version ${VERSION}. Update Soutu, or push ` +
        'under another --name.',
    );
  }
  for (const [field, accepts] of Object.entries(FIELDS)) {
    if (!accepts(info[field])) {
      bad(`"${field}" of the release is ${describe(info[field])}. Push the bundle again.`);
    }
  }
  return info as unknown as ReleaseInfo;
}

/** Whether rows of one release can be rows of the other: vectors of another model or centre are not comparable. */
export function isSameSpace(a: ReleaseInfo, b: ReleaseInfo): boolean {
  return a.model === b.model && a.dimension === b.dimension && a.centre === b.centre;
}
