import { join, resolve } from 'node:path';
import { SoutuError } from '../../core/errors.ts';
import type { BuildOptions } from './options.ts';

/** Below the folder of a built site. */
const SITE_FOLDER = 'soutu';

/** Where a build reads and writes. */
export interface BuildPlaces {
  /** Null for items in memory. */
  readonly photos: string | null;
  readonly out: string;
}

/** @throws SoutuError `UsageError` if `photos`, `site`, `items` and `out` do not go together */
export function placesOf(options: BuildOptions): BuildPlaces {
  const { photos, items, site, siteUrl, out } = options;
  if (items !== undefined) {
    if (photos !== undefined || site !== undefined) {
      throw fault('give one of "photos", "site" and "items".');
    }
    refuse(['map', 'query', 'siteUrl'], options, '"items" are given');
    return { photos: null, out: resolve(needed(out)) };
  }
  if (site !== undefined) {
    if (photos !== undefined) throw fault('give "photos" or "site", not both.');
    refuse(['map', 'query', 'photoBase'], options, '"site" has pages');
    return { photos: site, out: resolve(out ?? join(site, SITE_FOLDER)) };
  }
  if (siteUrl !== undefined) throw fault('"siteUrl" says where "site" will be, which is missing.');
  if (photos === undefined) {
    throw fault('"photos" is missing: a folder of photos, or a file that lists them.');
  }
  return { photos, out: resolve(needed(out)) };
}

/** Options that not every source has a use for. */
const PURPOSES = {
  map: ['names columns of a table', 'Leave it out.'],
  query: ['is for a database', 'Leave it out.'],
  siteUrl: ['is for "site"', 'Leave it out.'],
  photoBase: ['is for images that a file lists', 'Leave it out, or give "siteUrl".'],
} as const;

/** Refuses the first of these options that is given. */
function refuse(
  names: readonly (keyof typeof PURPOSES)[],
  options: BuildOptions,
  reason: string,
): void {
  const given = names.find((name) => options[name] !== undefined);
  if (given === undefined) return;
  const [purpose, advice] = PURPOSES[given];
  throw fault(`"${given}" ${purpose}, but ${reason}. ${advice}`);
}

function needed(out: string | undefined): string {
  if (out === undefined) throw fault('"out" is missing: the folder to write.');
  return out;
}

function fault(what: string): SoutuError {
  return new SoutuError('UsageError', `build: ${what}`);
}
