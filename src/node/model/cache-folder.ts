/**
 * Where pulled models stay, on this machine and for this user:
 *
 *     CACHE/downloads/FILE            as its maker serves it, verified
 *     CACHE/downloads/FILE.part       begun, to be gone on with
 *     CACHE/models/NAME-HASH/         a model folder, by the hash of its model.json
 *                     source.json     what it was made from and how
 */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** How a cached model was made: asked for alike, it need not be made again. */
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
  /** Milliseconds since 1970 when it was made. */
  readonly made: number;
}

/** The platform's folder for files that can be had again; `SOUTU_CACHE` goes before it. */
export function cacheFolder(env = process.env, platform: string = process.platform): string {
  if (env.SOUTU_CACHE) return env.SOUTU_CACHE;
  if (platform === 'win32') {
    return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'soutu', 'Cache');
  }
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'soutu');
  // Paths that are not absolute are to be ignored (XDG Base Directory Specification).
  const xdg = env.XDG_CACHE_HOME;
  return join(xdg?.startsWith('/') ? xdg : join(homedir(), '.cache'), 'soutu');
}

export const downloadsIn = (cache: string) => join(cache, 'downloads');
export const modelsIn = (cache: string) => join(cache, 'models');

/** The newest first; folders without a model.json are no models. */
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

/** By name (the newest of it) or by id. */
export async function findCached(
  nameOrId: string,
  cache = cacheFolder(),
): Promise<CachedModel | null> {
  const models = await cachedModels(cache);
  return models.find(({ name, id }) => name === nameOrId || id === nameOrId) ?? null;
}

export async function removeCached(model: CachedModel): Promise<void> {
  // The description first: what is left of a removal that breaks off is no model any more.
  await rm(join(model.folder, 'model.json'), { force: true });
  await rm(model.folder, { recursive: true, force: true });
}
