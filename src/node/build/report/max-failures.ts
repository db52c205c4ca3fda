/** How many photos of a build may fail before its release is not published. */
import { SoutuError } from '../../../core/errors.ts';
import type { ItemOutcome } from '../outcome.ts';

/** A number of photos, or a share of all photos such as `5%`. */
export type MaxFailures = number | `${number}%`;

const EXPECTED = 'a whole number of photos, or a share such as 5%';

/**
 * @param option names the option in the error: `--max-failures` or `build: "maxFailures"`
 * @throws SoutuError `UsageError`
 */
export function parseMaxFailures(value: string | number, option: string): MaxFailures {
  const text = typeof value === 'string' ? value.trim() : String(value);
  const share = /^(\d+(?:\.\d+)?)\s*%$/.exec(text);
  if (share && Number(share[1]) <= 100) return `${Number(share[1])}%`;
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new SoutuError('UsageError', `${option}: expected ${EXPECTED}, got "${text}".`);
}

/**
 * Failures are photos that cannot be used, photos that only an earlier download has, and items without a photo.
 * @throws SoutuError `FailuresError` if more failed than allowed
 */
export function checkFailures(
  outcomes: readonly ItemOutcome[],
  {
    max,
    withoutPhoto = 0,
    where,
  }: {
    readonly max: MaxFailures | undefined;
    /** Items that the catalogue lists without a photo. */
    readonly withoutPhoto?: number;
    /** Where to read the reasons, as a sentence. */
    readonly where: string;
  },
): void {
  if (max === undefined) return;
  const bad = outcomes.filter(({ status }) => status === 'failed').length;
  const stale = outcomes.filter((outcome) => outcome.stale !== undefined).length;
  const failed = bad + stale + withoutPhoto;
  const all = outcomes.length + withoutPhoto;
  const allowed = typeof max === 'number' ? max : (Number(max.slice(0, -1)) * all) / 100;
  if (failed <= allowed) return;
  const share = ((100 * failed) / all).toFixed(1);
  const parts = [
    ...(stale > 0 ? [`${stale} only from an earlier download`] : []),
    ...(withoutPhoto > 0 ? [`${withoutPhoto} of them items without a photo`] : []),
  ];
  const which = parts.length > 0 ? `, ${parts.join(', ')}` : '';
  throw new SoutuError(
    'FailuresError',
    `${failed} of ${all} photos failed (${share} %${which}), more than the ${describeMax(max)} that may fail. ` +
      `Nothing was published: the previous release stays as it is. ${where}`,
  );
}

function describeMax(max: MaxFailures): string {
  return typeof max === 'number' ? String(max) : `${max.slice(0, -1)} %`;
}
