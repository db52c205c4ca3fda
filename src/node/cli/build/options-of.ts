/** The options of a build as the flags of the command line give them. */
import { SoutuError } from '../../../core/errors.ts';
import { DEFAULT_MAX_PIXELS } from '../../../core/image/pixels.ts';
import { MAX_NEIGHBOURS, type NeighboursOption } from '../../build/choose/neighbours.ts';
import {
  type BuildOptions,
  DEFAULT_THUMB_SIDE,
  MAX_PAGE_SIZE,
  MAX_PER_HOST,
  MAX_SIMILAR,
  MAX_THREADS,
  MAX_THUMB_SIDE,
  MIN_THUMB_SIDE,
} from '../../build/options.ts';
import { parseMaxFailures } from '../../build/report/max-failures.ts';
import { parseColumnMap } from '../../catalogue/table/column-map.ts';
import { flag, number, type Parsed, positionals, requiredText, text } from '../command.ts';
import { choice, variantOf } from '../model-options.ts';

/** @throws SoutuError `UsageError` for a flag that is missing or out of its range */
export function buildOptionsOf(parsed: Parsed): BuildOptions {
  const site = text(parsed, 'site');
  const siteUrl = text(parsed, 'site-url');
  const out = site === undefined ? requiredText(parsed, 'out', 'DIR') : text(parsed, 'out');
  const model = text(parsed, 'model');
  const spec = text(parsed, 'spec');
  const map = text(parsed, 'map');
  const photoBase = text(parsed, 'photo-base');
  const previous = text(parsed, 'previous');
  const perHost = number(parsed, 'per-host', { min: 1, max: MAX_PER_HOST });
  const similar = number(parsed, 'similar', { min: 1, max: MAX_SIMILAR });
  const threads = number(parsed, 'threads', { min: 1, max: MAX_THREADS });
  return {
    ...(site === undefined ? photosOf(parsed) : siteOf(parsed, site)),
    ...(siteUrl === undefined ? {} : { siteUrl }),
    ...(out === undefined ? {} : { out }),
    ...databaseOf(parsed),
    bundleOnly: flag(parsed, 'bundle-only'),
    ...(map === undefined ? {} : { map: parseColumnMap(map) }),
    ...(photoBase === undefined ? {} : { photoBase }),
    ...(perHost === undefined ? {} : { perHost }),
    allowPrivate: flag(parsed, 'allow-private'),
    ...(model === undefined ? {} : { model }),
    ...(spec === undefined ? {} : { modelSpec: spec }),
    ...variantOf(parsed),
    centre: !flag(parsed, 'no-centre'),
    fresh: flag(parsed, 'fresh'),
    cache: !flag(parsed, 'no-cache'),
    ...(previous === undefined ? {} : { previous }),
    ...softOf(parsed),
    ...colourOf(parsed),
    neighbours: neighboursOf(parsed),
    ...rotationsOf(parsed),
    trim: !flag(parsed, 'no-trim'),
    maxPixels: number(parsed, 'max-pixels', { min: 1 }) ?? DEFAULT_MAX_PIXELS,
    thumbSide:
      number(parsed, 'thumb-size', { min: MIN_THUMB_SIDE, max: MAX_THUMB_SIDE }) ??
      DEFAULT_THUMB_SIDE,
    ...(threads === undefined ? {} : { threads }),
    ...(similar === undefined ? {} : { similar }),
    fast: flag(parsed, 'fast'),
    onnxruntime: flag(parsed, 'onnxruntime'),
    wait: flag(parsed, 'wait'),
    ...reportOf(parsed),
    retryFailed: flag(parsed, 'retry-failed'),
    ...maxFailuresOf(parsed),
  };
}

function photosOf(parsed: Parsed): { photos: string } {
  if (text(parsed, 'site-url') !== undefined) {
    throw new SoutuError(
      'UsageError',
      '--site-url says where a built site will be. Give its folder with --site.',
    );
  }
  const source = text(parsed, 'source');
  if (source === undefined) return { photos: (positionals(parsed, ['PHOTOS']) as [string])[0] };
  if (parsed.positionals.length === 0) return { photos: source };
  throw new SoutuError('UsageError', 'Give PHOTOS or --source, not both.');
}

function siteOf(parsed: Parsed, site: string): { site: string } {
  const photos = parsed.positionals[0] ?? text(parsed, 'source');
  if (photos === undefined) return { site };
  throw new SoutuError(
    'UsageError',
    `Give PHOTOS or --site, not both; got "${photos}" and "${site}".`,
  );
}

function databaseOf(parsed: Parsed): Pick<BuildOptions, 'query' | 'paging' | 'pageSize'> {
  const query = text(parsed, 'query');
  const paging = text(parsed, 'paging');
  const pageSize = number(parsed, 'page-size', { min: 1, max: MAX_PAGE_SIZE });
  if (paging !== undefined && paging !== 'key' && paging !== 'offset') {
    throw new SoutuError('UsageError', `--paging must be "key" or "offset", got "${paging}".`);
  }
  return {
    ...(query === undefined ? {} : { query }),
    ...(paging === undefined ? {} : { paging }),
    ...(pageSize === undefined ? {} : { pageSize }),
  };
}

function colourOf(parsed: Parsed): { colour?: number } {
  if (text(parsed, 'colour') === 'off') return { colour: 0 };
  const colour = number(parsed, 'colour', { min: 0, max: 1, whole: false });
  return colour === undefined ? {} : { colour };
}

function rotationsOf(parsed: Parsed): Pick<BuildOptions, 'rotations'> {
  const value = choice(parsed, 'rotations', ['on', 'off', 'auto']);
  return value === undefined ? {} : { rotations: value === 'auto' ? value : value === 'on' };
}

function neighboursOf(parsed: Parsed): NeighboursOption {
  const value = text(parsed, 'neighbours');
  if (value === 'auto') return value;
  if (value === 'off') return 0;
  return number(parsed, 'neighbours', { min: 1, max: MAX_NEIGHBOURS }) ?? 0;
}

function softOf(parsed: Parsed): { soft?: boolean } {
  const wanted = flag(parsed, 'soft');
  const unwanted = flag(parsed, 'no-soft');
  if (wanted && unwanted) {
    throw new SoutuError('UsageError', 'Give --soft or --no-soft, not both.');
  }
  return wanted || unwanted ? { soft: wanted } : {};
}

function reportOf(parsed: Parsed): { report?: boolean | string } {
  const folder = text(parsed, 'report');
  if (!flag(parsed, 'no-report')) return folder === undefined ? {} : { report: folder };
  if (folder === undefined) return { report: false };
  throw new SoutuError('UsageError', 'Give --report or --no-report, not both.');
}

function maxFailuresOf(parsed: Parsed): Pick<BuildOptions, 'maxFailures'> {
  const most = text(parsed, 'max-failures');
  const isStrict = flag(parsed, 'strict');
  if (most !== undefined && isStrict) {
    throw new SoutuError(
      'UsageError',
      'Give --max-failures or --strict (which is --max-failures 0), not both.',
    );
  }
  if (isStrict) return { maxFailures: 0 };
  return most === undefined ? {} : { maxFailures: parseMaxFailures(most, '--max-failures') };
}
