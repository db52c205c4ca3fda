/** Downloads the photos of a catalogue that are at URLs. */
import { DEFAULT_SETTINGS, downloadPhotos } from '../photos/download/download-photos.ts';
import { PhotoCache } from '../photos/download/photo-cache.ts';
import { proxiesOf } from '../photos/download/proxy.ts';
import { Requester } from '../photos/download/request.ts';
import type { Catalogue, Entry } from './entry.ts';
import { isRemote, shownUrl } from './photo-path.ts';
import { faultOfCache } from './stored-photos.ts';

export interface DownloadOptions {
  /** A folder of this user's, which keeps the photos for the next build. */
  readonly cache: string;
  /** Connects to private addresses, too. */
  readonly allowPrivate: boolean;
  /** How many photos of one host are downloaded at a time. */
  readonly perHost?: number;
  /** Seconds that a photo may take; default 300. */
  readonly timeout?: number;
  /** Ids of items whose earlier downloads are used without asking their servers; default none. */
  readonly settled?: ReadonlySet<string>;
  readonly reporter: {
    stage(name: string, total?: number): void;
    step(done: number): void;
    warn(line: string): void;
  };
}

/** A slow server gets at most a minute to begin. */
const IDLE_MS = 60_000;
const TIMEOUT = 300;
const MAX_BYTES = 100 << 20;

/**
 * @returns the catalogue with files instead of URLs; what could not be downloaded has its `failure`
 * @throws SoutuError `UsageError` for a malformed proxy in the environment; `OutputError` if the cache cannot be written
 */
export async function withDownloads(
  catalogue: Catalogue,
  {
    cache: folder,
    allowPrivate,
    perHost = DEFAULT_SETTINGS.perHost,
    timeout = TIMEOUT,
    settled,
    reporter,
  }: DownloadOptions,
): Promise<Catalogue> {
  const urls = urlsOf(catalogue, () => true);
  if (urls.size === 0) return catalogue;
  const proxies = proxiesOf(process.env);
  reporter.stage('Downloading', urls.size);
  const requester = new Requester(
    { idleMs: Math.min(IDLE_MS, 1000 * timeout), totalMs: 1000 * timeout, maxBytes: MAX_BYTES },
    allowPrivate ? () => true : undefined,
    undefined,
    proxies,
  );
  const settings = { ...DEFAULT_SETTINGS, perHost };
  const counts = { ok: 0, unchanged: 0, stale: 0, failed: 0 };
  let bytes = 0;
  try {
    const cache = await PhotoCache.open(folder);
    const kept = urlsOf(catalogue, (entry) => settled?.has(entry.item.id) ?? false);
    const outcomes = await downloadPhotos(
      urls,
      requester,
      cache,
      settings,
      (done) => reporter.step(done),
      kept,
    );
    for (const outcome of outcomes.values()) {
      counts[outcome.state]++;
      if (outcome.state === 'ok') bytes += outcome.bytes;
    }
    const entries = catalogue.entries.map((entry): Entry => {
      const outcome = outcomes.get(entry.path);
      if (!outcome) return entry;
      const url = shownUrl(entry.path);
      if (outcome.state === 'failed') {
        return { ...entry, path: url, failure: `${url}: ${outcome.reason}.` };
      }
      if (outcome.state === 'stale') {
        reporter.warn(`An earlier copy is used of ${url}: ${outcome.reason}.`);
      }
      const stale = outcome.state === 'stale' ? { stale: `${outcome.reason}.` } : {};
      return { ...entry, ...stale, path: outcome.path };
    });
    reporter.warn(
      `Downloaded ${counts.ok} (${(bytes / 1e6).toFixed(1)} MB), unchanged ${counts.unchanged}, failed ` +
        `${counts.failed}${counts.stale > 0 ? `, earlier copies ${counts.stale}` : ''}.`,
    );
    return { ...catalogue, entries };
  } catch (error) {
    throw faultOfCache(error, folder);
  } finally {
    requester.close();
  }
}

function urlsOf(catalogue: Catalogue, isWanted: (entry: Entry) => boolean): Set<string> {
  return new Set(
    catalogue.entries
      .filter((entry) => isRemote(entry.path) && isWanted(entry))
      .map(({ path }) => path),
  );
}
