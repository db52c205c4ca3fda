/**
 * Keeps the cache of vectors and thumbnails small: entries that no build has used for a long time go first.
 *
 *     CACHE/build/size.json    { bytes, at }: the size after the last count, and what builds have written since
 */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isRecord } from '../../../../core/check-record.ts';
import { writeAtomically } from '../../../files/atomic-write.ts';

/** 100,000 photos take about 1.5 GB: a vector, perhaps two, and a thumbnail of 10 kB. */
const MAX_CACHE_BYTES = 4 * 2 ** 30;
const DAY_MS = 24 * 60 * 60 * 1000;
const UNUSED_MS = 90 * DAY_MS;
/** All files are looked at so often, or when the cache is full. */
const COUNT_EVERY_MS = 7 * DAY_MS;
/** A full cache shrinks to this part, so that the next build need not count again. */
const KEPT_SHARE = 0.8;
/** What a build of another process writes just now. */
const TEMPORARY_MS = DAY_MS;

const PARTS = ['vectors', 'thumbs', 'hashes'] as const;

interface CacheFile {
  readonly path: string;
  readonly bytes: number;
  readonly usedMs: number;
}

/**
 * Never throws: a cache that cannot be pruned stays as it is.
 * @param folder CACHE/build
 * @param written bytes that this build has added
 */
export async function pruneCache(
  folder: string,
  written: number,
  maxBytes = MAX_CACHE_BYTES,
  now = Date.now(),
): Promise<void> {
  try {
    const record = join(folder, 'size.json');
    const last = await readRecord(record);
    const bytes = last.bytes + written;
    const isDue = bytes > maxBytes || now - last.at > COUNT_EVERY_MS;
    if (!isDue && written === 0) return;
    const next = isDue
      ? { bytes: await prune(folder, maxBytes, now), at: now }
      : { bytes, at: last.at };
    await writeAtomically(record, JSON.stringify(next));
  } catch {
    // Another build may be pruning, too.
  }
}

/** @returns the bytes that are left */
async function prune(folder: string, maxBytes: number, now: number): Promise<number> {
  const files = await listFiles(folder);
  const isStale = ({ path, usedMs }: CacheFile) =>
    now - usedMs > (path.endsWith('.tmp') ? TEMPORARY_MS : UNUSED_MS);
  const stale = files.filter(isStale);
  const inUse = files.filter((file) => !isStale(file)).sort((a, b) => a.usedMs - b.usedMs);
  let bytes = inUse.reduce((sum, file) => sum + file.bytes, 0);
  const limit = bytes > maxBytes ? KEPT_SHARE * maxBytes : maxBytes;
  for (const file of inUse) {
    if (bytes <= limit) break;
    stale.push(file);
    bytes -= file.bytes;
  }
  for (const { path } of stale) await rm(path, { force: true });
  return bytes;
}

async function listFiles(folder: string): Promise<CacheFile[]> {
  const files: CacheFile[] = [];
  for (const part of PARTS) {
    const names = await readdir(join(folder, part), { recursive: true }).catch(() => []);
    for (const name of names) {
      const path = join(folder, part, name);
      const found = await stat(path).catch(() => null);
      if (!found?.isFile()) continue;
      files.push({ path, bytes: found.size, usedMs: found.mtimeMs });
    }
  }
  return files;
}

async function readRecord(path: string): Promise<{ bytes: number; at: number }> {
  const nothing = { bytes: 0, at: 0 };
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (!isRecord(value)) return nothing;
    const { bytes, at } = value;
    return typeof bytes === 'number' && typeof at === 'number' ? { bytes, at } : nothing;
  } catch {
    // Missing, or damaged: all files are counted.
    return nothing;
  }
}
