/** Validates callers' arguments on the page, with our own messages, before they reach a worker. */
import { ENGINE_CHOICES } from '../browser/engine-choice.ts';
import { isUrl } from '../browser/parse-url.ts';
import {
  A_FUNCTION,
  ABOVE_ZERO,
  checkRecord,
  isRecord,
  isText,
  type RulesFor,
} from '../core/check-record.ts';
import { describe } from '../core/describe.ts';
import { SoutuError } from '../core/errors.ts';
import { checkView, type PhotoView, WHOLE_PHOTO } from '../core/image/view.ts';
import { checkParts } from '../core/search/check-parts.ts';
import type { CallOptions, CreateSearchOptions } from './api.ts';

/** Each is read and searched for every photo. */
const MOST_BUNDLES = 16;
const URLS = `a list of up to ${MOST_BUNDLES} different URLs`;

/** Relative to the page, or absolute. */
const isPageUrl = (value: unknown): value is string =>
  isText(value) && isUrl(value, document.baseURI);

const isUrls = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length <= MOST_BUNDLES && value.every(isPageUrl);

const CREATE: RulesFor<CreateSearchOptions> = {
  bundle: [isPageUrl, 'the URL of the folder that `soutu build` wrote'],
  bundles: [
    (value) => isUrls(value) && value.length > 0 && new Set(value).size === value.length,
    URLS,
  ],
  mirrors: [isUrls, URLS],
  remote: [isPageUrl, 'the URL of a service started with `soutu serve`'],
  engine: [
    (value) => ENGINE_CHOICES.some((one) => one === value),
    ENGINE_CHOICES.map((one) => `"${one}"`).join(', '),
  ],
  assets: [isPageUrl, "the URL of a copy of the package's folder dist/browser"],
  maxPixels: ABOVE_ZERO,
  idleMs: ABOVE_ZERO,
};

const CALL: RulesFor<CallOptions> = {
  signal: [(value) => tagOf(value) === 'AbortSignal', 'an AbortSignal'],
  onProgress: A_FUNCTION,
  onFirstHits: A_FUNCTION,
  mayLoad: A_FUNCTION,
};

/** @throws SoutuError `UsageError` */
export function checkCreateOptions(options: unknown): asserts options is CreateSearchOptions {
  checkRecord(options, CREATE, 'createSearch option');
  const { bundle, bundles, mirrors, remote } = options as Record<string, unknown>;
  const fault =
    bundles === undefined
      ? bundle === undefined && 'needs "bundle": the URL of the folder that `soutu build` wrote.'
      : (bundle ?? mirrors ?? remote) !== undefined &&
        'takes "bundles" without "bundle", "mirrors" and "remote".';
  if (fault) throw new SoutuError('UsageError', `createSearch ${fault}`);
}

/** @throws SoutuError `UsageError` */
export function checkCallOptions(call: unknown): asserts call is CallOptions {
  checkRecord(call, CALL, 'Call option');
}

/** A query of one photo, vector or item. */
export type CheckedQuery =
  | { readonly photo: Blob; readonly view: PhotoView }
  | { readonly vector: Float32Array; readonly soft?: boolean }
  | { readonly id: string };

export type CheckedPart = CheckedQuery & { readonly weight: number };

export type CheckedSearch = CheckedQuery | { readonly several: readonly CheckedPart[] };

/**
 * A photo without a view is searched whole and unrotated.
 * @throws SoutuError `UsageError`
 */
export function checkQuery(query: unknown): CheckedSearch {
  if (isRecord(query) && query.several !== undefined) return { several: checked(query.several) };
  const single = singleOf(query);
  if (single) return single;
  throw new SoutuError(
    'UsageError',
    'A search needs a photo (a Blob or File), { photo, view }, { id: "an item" }, ' +
      `{ vector: a Float32Array } or { several: a list of them }, got ${describe(query)}.`,
  );
}

function checked(parts: unknown): CheckedPart[] {
  checkParts(parts);
  return parts.map((part, i) => {
    const single = singleOf(part);
    if (single) return { ...single, weight: (part.weight as number | undefined) ?? 1 };
    throw new SoutuError(
      'UsageError',
      `Part ${i} of the query must be a photo (a Blob or File), { photo, view }, { id } or { vector }, each with ` +
        `or without a weight, got ${describe(part)}.`,
    );
  });
}

function singleOf(query: unknown): CheckedQuery | null {
  if (isPhoto(query)) return { photo: query, view: WHOLE_PHOTO };
  if (!isRecord(query)) return null;
  const { photo, view = WHOLE_PHOTO, id, vector, soft = false } = query;
  if (isPhoto(photo)) {
    checkView(view);
    return { photo, view };
  }
  if (isText(id)) return { id };
  if (!isFloats(vector)) return null;
  if (typeof soft !== 'boolean') {
    throw new SoutuError('UsageError', `"soft" must be true or false, got ${describe(soft)}.`);
  }
  return soft ? { vector, soft } : { vector };
}

/** @throws SoutuError `UsageError` */
export function checkPhoto(photo: unknown): asserts photo is Blob {
  if (isPhoto(photo)) return;
  throw new SoutuError(
    'UsageError',
    `A photo must be a Blob or File, got ${describe(photo)}. Fetch a picture's URL and pass the response's blob().`,
  );
}

function isPhoto(value: unknown): value is Blob {
  return ['Blob', 'File'].includes(tagOf(value));
}

function isFloats(value: unknown): value is Float32Array {
  return tagOf(value) === 'Float32Array';
}

/** Unlike `instanceof`, also works for objects from another window, such as an iframe. */
function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}
