/** The options of a build as the flags of the command line give them. */
import { SoutuError } from '../../../core/errors.ts';
import { MAX_NEIGHBOURS, type NeighboursOption } from '../../build/choose/neighbours.ts';
import { INDEX_OPTIONS } from '../../build/index/choose-index.ts';
import {
  type BuildOptions,
  MAX_PAGE_SIZE,
  MAX_PER_HOST,
  MAX_PHOTO_TIMEOUT,
  MAX_SIMILAR,
  MAX_THREADS,
  MAX_THUMB_SIDE,
  MIN_THUMB_SIDE,
} from '../../build/options.ts';
import { type OwnTexts, TEXT_OPTIONS } from '../../build/page/own-texts.ts';
import { parseMaxFailures } from '../../build/report/max-failures.ts';
import { THUMBS_OPTIONS } from '../../build/thumbs.ts';
import { parseColumnMap } from '../../catalogue/table/column-map.ts';
import { flag, number, type Parsed, positionals, text } from '../command.ts';
import { configOf } from '../config-of.ts';
import { choice, variantOf } from '../model-options.ts';
import { mergeOptions } from './merge-options.ts';

/** Flags that turn something on, and with `no-` in front off: over what the config says, or a default. */
const SWITCHES = {
  'bundle-only': 'bundleOnly',
  'allow-private': 'allowPrivate',
  centre: 'centre',
  fresh: 'fresh',
  cache: 'cache',
  soft: 'soft',
  trim: 'trim',
  fast: 'fast',
  onnxruntime: 'onnxruntime',
  wait: 'wait',
  'retry-failed': 'retryFailed',
} as const satisfies Readonly<Record<string, keyof BuildOptions>>;

export const SWITCH_OPTIONS = Object.fromEntries(
  Object.keys(SWITCHES).flatMap((name) => [
    [name, { type: 'boolean' }] as const,
    [`no-${name}`, { type: 'boolean' }] as const,
  ]),
);

/** Options with a value that `--no-` in front takes out of the config. */
const UNSETS = {
  previous: 'previous',
  similar: 'similar',
  map: 'map',
  'photo-base': 'photoBase',
  'max-failures': 'maxFailures',
} as const satisfies Readonly<Record<string, keyof BuildOptions>>;

export const UNSET_OPTIONS = Object.fromEntries(
  Object.keys(UNSETS).map((name) => [`no-${name}`, { type: 'boolean' }] as const),
);

/** The words of the page. */
export const TEXT_FLAGS = Object.fromEntries(
  TEXT_OPTIONS.map((name) => [name, { type: 'string' }] as const),
);

function withoutUnset(config: Partial<BuildOptions>, parsed: Parsed): Partial<BuildOptions> {
  const kept = { ...config };
  for (const [name, option] of Object.entries(UNSETS)) {
    if (!flag(parsed, `no-${name}`)) continue;
    if (text(parsed, name) !== undefined) {
      throw new SoutuError('UsageError', `Give --${name} or --no-${name}, not both.`);
    }
    delete kept[option];
  }
  return kept;
}

export interface ReadOptions {
  readonly options: BuildOptions;
  /** The config that was read; null without one. */
  readonly config: string | null;
}

/**
 * The options of the config file, and over them those of the flags.
 * @throws SoutuError `UsageError` for a flag that is missing or out of its range, or a fault of the config
 */
export async function buildOptionsOf(parsed: Parsed): Promise<ReadOptions> {
  const flags = flagsOf(parsed);
  const loaded = await configOf(parsed);
  const { push: _, ...own } = loaded?.config ?? {};
  const options: BuildOptions = mergeOptions(withoutUnset(own, parsed), flags);
  const hint = loaded ? `, and ${loaded.path} does not say it either` : '';
  if (options.photos === undefined && options.site === undefined) {
    throw new SoutuError(
      'UsageError',
      `Expected PHOTOS, got nothing${hint}. See --help, or make a config with "soutu init".`,
    );
  }
  if (options.siteUrl !== undefined && options.site === undefined) {
    throw new SoutuError(
      'UsageError',
      '--site-url says where a built site will be. Give its folder with --site.',
    );
  }
  if (options.out === undefined && options.site === undefined) {
    throw new SoutuError(
      'UsageError',
      `--out DIR is missing${hint}. For example: soutu build PHOTOS --out site. See --help.`,
    );
  }
  return { options, config: loaded?.path ?? null };
}

/** Only what was given. */
function flagsOf(parsed: Parsed): Partial<BuildOptions> {
  const out = text(parsed, 'out');
  const model = text(parsed, 'model');
  const spec = text(parsed, 'spec');
  const map = text(parsed, 'map');
  const photoBase = text(parsed, 'photo-base');
  const previous = text(parsed, 'previous');
  const perHost = number(parsed, 'per-host', { min: 1, max: MAX_PER_HOST });
  const photoTimeout = number(parsed, 'photo-timeout', { min: 1, max: MAX_PHOTO_TIMEOUT });
  const similar = number(parsed, 'similar', { min: 1, max: MAX_SIMILAR });
  const threads = number(parsed, 'threads', { min: 1, max: MAX_THREADS });
  const maxPixels = number(parsed, 'max-pixels', { min: 1 });
  const thumbs = choice(parsed, 'thumbs', THUMBS_OPTIONS);
  const thumbSide = number(parsed, 'thumb-size', { min: MIN_THUMB_SIDE, max: MAX_THUMB_SIDE });
  return {
    ...sourceOf(parsed),
    ...(out ? { out } : {}),
    ...textsOf(parsed),
    ...databaseOf(parsed),
    ...(map === undefined ? {} : { map: parseColumnMap(map) }),
    ...(photoBase === undefined ? {} : { photoBase }),
    ...(perHost === undefined ? {} : { perHost }),
    ...(photoTimeout === undefined ? {} : { photoTimeout }),
    ...(model === undefined ? {} : { model }),
    ...engineOf(parsed),
    ...(spec === undefined ? {} : { modelSpec: spec }),
    ...variantOf(parsed),
    ...(previous === undefined ? {} : { previous }),
    ...switchesOf(parsed),
    ...colourOf(parsed),
    ...thresholdsOf(parsed),
    ...neighboursOf(parsed),
    ...rotationsOf(parsed),
    ...(maxPixels === undefined ? {} : { maxPixels }),
    ...(thumbSide === undefined ? {} : { thumbSide }),
    ...(thumbs === undefined ? {} : { thumbs }),
    ...(threads === undefined ? {} : { threads }),
    ...(similar === undefined ? {} : { similar }),
    ...indexOf(parsed),
    ...reportOf(parsed),
    ...maxFailuresOf(parsed),
  };
}

function switchesOf(parsed: Parsed): Partial<BuildOptions> {
  const found = Object.entries(SWITCHES).flatMap(([name, option]) => {
    const isOn = flag(parsed, name);
    const isOff = flag(parsed, `no-${name}`);
    if (isOn && isOff) {
      throw new SoutuError('UsageError', `Give --${name} or --no-${name}, not both.`);
    }
    return isOn || isOff ? [[option, isOn] as const] : [];
  });
  return Object.fromEntries(found);
}

function sourceOf(parsed: Parsed): Pick<BuildOptions, 'photos' | 'site' | 'siteUrl'> {
  const source = text(parsed, 'source');
  const site = text(parsed, 'site');
  const siteUrl = text(parsed, 'site-url');
  const { length } = parsed.positionals;
  // What was given may hold a password, so it is not quoted.
  if (source !== undefined && length > 0) {
    throw new SoutuError('UsageError', 'Give PHOTOS or --source, not both.');
  }
  if (site !== undefined && (source !== undefined || length > 0)) {
    throw new SoutuError('UsageError', 'Give PHOTOS or --site, not both.');
  }
  const photos = length === 0 ? source : (positionals(parsed, ['PHOTOS']) as [string])[0];
  return {
    ...(photos === undefined ? {} : { photos }),
    ...(site === undefined ? {} : { site }),
    ...(siteUrl === undefined ? {} : { siteUrl }),
  };
}

function textsOf(parsed: Parsed): OwnTexts {
  return Object.fromEntries(
    TEXT_OPTIONS.flatMap((name) => {
      const value = text(parsed, name);
      return value === undefined ? [] : [[name, value] as const];
    }),
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

function engineOf(parsed: Parsed): Pick<BuildOptions, 'engine'> {
  const engine = text(parsed, 'engine');
  if (engine === undefined) return {};
  if (engine === 'phash') return { engine };
  throw new SoutuError(
    'UsageError',
    `--engine must be phash, got "${engine}". Without it, a model is used (--model).`,
  );
}

function colourOf(parsed: Parsed): { colour?: number } {
  if (text(parsed, 'colour') === 'off') return { colour: 0 };
  const colour = number(parsed, 'colour', { min: 0, max: 1, whole: false });
  return colour === undefined ? {} : { colour };
}

function thresholdsOf(parsed: Parsed): Pick<BuildOptions, 'match' | 'related'> {
  const range = { min: -1, max: 1, whole: false };
  const match = number(parsed, 'match', range);
  const related = number(parsed, 'related', range);
  return {
    ...(match === undefined ? {} : { match }),
    ...(related === undefined ? {} : { related }),
  };
}

function rotationsOf(parsed: Parsed): Pick<BuildOptions, 'rotations'> {
  const value = choice(parsed, 'rotations', ['on', 'off', 'auto']);
  return value === undefined ? {} : { rotations: value === 'auto' ? value : value === 'on' };
}

function neighboursOf(parsed: Parsed): { neighbours?: NeighboursOption } {
  const value = text(parsed, 'neighbours');
  if (value === undefined) return {};
  if (value === 'auto') return { neighbours: value };
  if (value === 'off') return { neighbours: 0 };
  return { neighbours: number(parsed, 'neighbours', { min: 1, max: MAX_NEIGHBOURS }) ?? 0 };
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

function indexOf(parsed: Parsed): Pick<BuildOptions, 'index' | 'minRecall' | 'maxBytes'> {
  const named = choice(parsed, 'index', INDEX_OPTIONS);
  const isParts = flag(parsed, 'parts');
  if (isParts && named !== undefined && named !== 'parts') {
    throw new SoutuError(
      'UsageError',
      `Give --parts or --index ${named}, not both: --parts is the same as --index parts.`,
    );
  }
  const index = isParts ? 'parts' : named;
  const minRecall = number(parsed, 'min-recall', { min: 0.01, max: 1, whole: false });
  const maxBytes = number(parsed, 'max-bytes', { min: 1 });
  return {
    ...(index === undefined ? {} : { index }),
    ...(minRecall === undefined ? {} : { minRecall }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  };
}
