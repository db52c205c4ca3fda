/** Refuses options of a build that are out of their range, before anything is read. */
import { describe } from '../../core/describe.ts';
import { SoutuError } from '../../core/errors.ts';
import { isRemote, shownUrl } from '../catalogue/photo-path.ts';
import { MAX_NEIGHBOURS, type NeighboursOption } from './choose/neighbours.ts';
import { INDEX_OPTIONS } from './index/choose-index.ts';
import {
  type BuildOptions,
  MAX_PAGE_SIZE,
  MAX_PER_HOST,
  MAX_PHOTO_TIMEOUT,
  MAX_SIMILAR,
  MAX_THREADS,
  MAX_THUMB_SIDE,
  MIN_THUMB_SIDE,
} from './options.ts';
import { checkTexts } from './page/own-texts.ts';
import { parseMaxFailures } from './report/max-failures.ts';
import { THUMBS_OPTIONS } from './thumbs.ts';

/** @throws SoutuError `UsageError` for an option out of its range */
export function checkOptions(options: BuildOptions): void {
  checkEngine(options);
  checkTexts(options);
  checkRange(options, 'thumbSide', MIN_THUMB_SIDE, MAX_THUMB_SIDE);
  checkThumbs(options);
  checkRange(options, 'similar', 1, MAX_SIMILAR);
  checkRange(options, 'maxPixels', 1, Number.MAX_SAFE_INTEGER);
  checkRange(options, 'threads', 1, MAX_THREADS);
  checkRange(options, 'perHost', 1, MAX_PER_HOST);
  checkRange(options, 'photoTimeout', 1, MAX_PHOTO_TIMEOUT);
  checkRange(options, 'pageSize', 1, MAX_PAGE_SIZE);
  if (options.previous !== undefined) checkPrevious(options.previous, options.cache ?? true);
  checkRange(options, 'maxBytes', 1, Number.MAX_SAFE_INTEGER);
  checkIndex(options);
  checkThresholds(options);
  checkColour(options.colour);
  checkNeighbours(options.neighbours);
  if (options.maxFailures !== undefined) {
    parseMaxFailures(options.maxFailures, 'build: "maxFailures"');
  }
}

/** What only models have. */
const MODEL_ONLY = [
  'model',
  'modelSpec',
  'preset',
  'pooling',
  'colour',
  'neighbours',
  'rotations',
  'soft',
  'onnxruntime',
] as const satisfies readonly (keyof BuildOptions)[];

function checkEngine(options: BuildOptions): void {
  const { engine } = options;
  if (engine === undefined) return;
  if (engine !== 'phash') {
    throw new SoutuError('UsageError', `build: "engine" must be "phash", got ${describe(engine)}.`);
  }
  const other = MODEL_ONLY.find((name) => options[name]);
  if (other !== undefined) {
    throw new SoutuError(
      'UsageError',
      `build: "${other}" is for models, and the engine phash has none. Leave one of the two out.`,
    );
  }
  const { index } = options;
  if (index !== 'parts' && index !== 'codes') return;
  throw new SoutuError(
    'UsageError',
    `build: "index" must be "auto", "flat" or "hnsw" with the engine phash, got ${describe(index)}: its bits are compared ` +
      'as they are. Leave out --index or --parts.',
  );
}

type NumericOption =
  | 'thumbSide'
  | 'maxBytes'
  | 'maxPixels'
  | 'similar'
  | 'threads'
  | 'perHost'
  | 'photoTimeout'
  | 'pageSize';

function checkRange(options: BuildOptions, name: NumericOption, min: number, max: number): void {
  const value = options[name];
  if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) return;
  throw new SoutuError(
    'UsageError',
    `build: "${name}" must be a whole number from ${min} to ${max}, got ${value}.`,
  );
}

function checkPrevious(where: string, cache: boolean): void {
  if (!cache) {
    throw new SoutuError(
      'UsageError',
      '--no-cache embeds every photo, and --previous takes vectors from a release. Give one of them.',
    );
  }
  // One letter before the colon is a drive of Windows.
  const hasOtherScheme = /^[a-z][a-z0-9+.-]+:/i.test(where) && !isRemote(where);
  if (where !== '' && !hasOtherScheme && !(isRemote(where) && /[?#]/.test(where))) return;
  throw new SoutuError(
    'UsageError',
    `--previous: expected the folder or the http(s) URL of a site or a bundle, without "?" and "#", got ${describe(URL.canParse(where) ? shownUrl(where) : where.replace(/\/\/[^/]*@/, '//'))}.`,
  );
}

function checkThumbs({ thumbs }: BuildOptions): void {
  if (thumbs === undefined || THUMBS_OPTIONS.includes(thumbs)) return;
  throw new SoutuError(
    'UsageError',
    `build: "thumbs" must be one of ${THUMBS_OPTIONS.join(', ')}, got ${describe(thumbs)}.`,
  );
}

function checkIndex({ index, minRecall }: BuildOptions): void {
  if (index !== undefined && !INDEX_OPTIONS.includes(index)) {
    throw new SoutuError(
      'UsageError',
      `build: "index" must be one of ${INDEX_OPTIONS.join(', ')}, got ${describe(index)}.`,
    );
  }
  if (minRecall === undefined || (minRecall > 0 && minRecall <= 1)) return;
  throw new SoutuError(
    'UsageError',
    `build: "minRecall" must be a number above 0, at most 1, got ${minRecall}.`,
  );
}

function checkColour(weight: number | undefined): void {
  if (weight === undefined || (weight >= 0 && weight <= 1)) return;
  throw new SoutuError(
    'UsageError',
    `build: "colour" must be a number from 0 to 1, got ${weight}.`,
  );
}

function checkThresholds({ match, related }: BuildOptions): void {
  for (const [name, value] of Object.entries({ match, related })) {
    if (value === undefined || (value >= -1 && value <= 1)) continue;
    throw new SoutuError(
      'UsageError',
      `build: "${name}" must be a number from -1 to 1, got ${value}.`,
    );
  }
}

function checkNeighbours(option: NeighboursOption | undefined): void {
  if (option === undefined || option === 'auto') return;
  if (Number.isInteger(option) && option >= 0 && option <= MAX_NEIGHBOURS) return;
  throw new SoutuError(
    'UsageError',
    `build: "neighbours" must be "auto" or a whole number from 0 to ${MAX_NEIGHBOURS}, got ${option}.`,
  );
}
