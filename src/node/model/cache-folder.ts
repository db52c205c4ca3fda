/**
 * This user's cache of downloaded models:
 *
 *     CACHE/.soutu-lock               held while a model is downloaded, converted or removed
 *     CACHE/downloads/FILE            the original file, verified
 *     CACHE/downloads/FILE.part       an interrupted download, to be resumed
 *     CACHE/models/NAME-HASH/         a model folder; HASH is the hash of its model.json
 *                     source.json     the recipe: source file and options
 */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { messageOf, SoutuError } from '../../core/errors.ts';
import { type Lock, type LockOptions, lockFolder } from '../files/lock.ts';

/** How a cached model was made. A request with the same recipe reuses the model. */
export interface Recipe {
  readonly md5: string;
  readonly form: string;
  readonly pooling: string;
  readonly preset: string;
  readonly floor: number;
}

export interface CachedModel {
  readonly name: string;
  /** `NAME-HASH` */
  readonly id: string;
  readonly folder: string;
  readonly recipe: Recipe | null;
  /** Milliseconds since 1970. */
  readonly made: number;
}

/** `SOUTU_CACHE`, or the system's cache folder. */
export function cacheFolder(env = process.env, platform: string = process.platform): string {
  if (env.SOUTU_CACHE) return env.SOUTU_CACHE;
  if (platform === 'win32') {
    return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'soutu', 'Cache');
  }
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'soutu');
  // The XDG Base Directory Specification ignores relative paths.
  const xdg = env.XDG_CACHE_HOME;
  return join(xdg?.startsWith('/') ? xdg : join(homedir(), '.cache'), 'soutu');
}

export const downloadsIn = (cache: string) => join(cache, 'downloads');
export const modelsIn = (cache: string) => join(cache, 'models');

/** Newest first; folders without a model.json are ignored. */
export async function cachedModels(cache = cacheFolder()): Promise<CachedModel[]> {
  const ids = await readdir(modelsIn(cache)).catch(() => []);
  const models: CachedModel[] = [];
  for (const id of ids) {
    const match = /^(.+)-[0-9a-f]{16}$/.exec(id);
    const folder = join(modelsIn(cache), id);
    const info = await stat(join(folder, 'model.json')).catch(() => null);
    if (!match || !info) continue;
    const recipe = await readFile(join(folder, 'source.json'), 'utf8')
      .then((text) => JSON.parse(text) as Recipe)
      .catch(() => null);
    models.push({ name: match[1] as string, id, folder, recipe, made: info.mtimeMs });
  }
  return models.sort((a, b) => b.made - a.made || (a.id < b.id ? -1 : 1));
}

/** Finds a model by id or by name; if several have the name, returns the newest. */
export async function findCached(
  nameOrId: string,
  cache = cacheFolder(),
): Promise<CachedModel | null> {
  const models = await cachedModels(cache);
  return models.find(({ name, id }) => name === nameOrId || id === nameOrId) ?? null;
}

export async function removeCached(model: CachedModel): Promise<void> {
  // model.json first: after an interrupted removal, the remaining files no longer count as a model.
  await rm(join(model.folder, 'model.json'), { force: true });
  await rm(model.folder, { recursive: true, force: true });
}

/** @throws SoutuError `OutputError` if the cache is in use (unless `wait` is set) or cannot be written */
export async function lockCache(cache: string, options: LockOptions): Promise<Lock> {
  try {
    return await lockFolder(cache, options);
  } catch (error) {
    if (error instanceof SoutuError) throw error;
    throw new SoutuError(
      'OutputError',
      `${cache}: cannot be written (${messageOf(error)}). Set SOUTU_CACHE to another folder.`,
      { cause: error },
    );
  }
}
