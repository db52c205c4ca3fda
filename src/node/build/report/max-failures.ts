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
  const text = String(value).trim();
  const share = /^(\d+(?:\.\d+)?)\s*%$/.exec(text);
  if (share && Number(share[1]) <= 100) return `${Number(share[1])}%`;
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new SoutuError('UsageError', `${option}: expected ${EXPECTED}, got "${text}".`);
}

/** @throws SoutuError `FailuresError` if more photos failed than allowed */
export function checkFailures(
  outcomes: readonly ItemOutcome[],
  max: MaxFailures | undefined,
  where: string,
): void {
  if (max === undefined) return;
  const failed = outcomes.filter(({ status }) => status === 'failed').length;
  const allowed =
    typeof max === 'number' ? max : (Number(max.slice(0, -1)) * outcomes.length) / 100;
  if (failed <= allowed) return;
  const share = ((100 * failed) / outcomes.length).toFixed(1);
  throw new SoutuError(
    'FailuresError',
    `${failed} of ${outcomes.length} photos failed (${share} %), more than the ${describeMax(max)} that may fail. ` +
      `Nothing was published: the previous release stays as it is. ${where}`,
  );
}

function describeMax(max: MaxFailures): string {
  return typeof max === 'number' ? String(max) : `${max.slice(0, -1)} %`;
}
