/** Finds and reads a config file. */
import { stat } from 'node:fs/promises';
import { dirname, extname, isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf, SoutuError } from '../../core/errors.ts';
import { isDatabaseAddress } from '../catalogue/database/address.ts';
import { isRemote } from '../catalogue/photo-path.ts';
import { readJson } from '../catalogue/read-json.ts';
import { loadOptional } from '../files/optional-package.ts';
import { faultIn } from './check-value.ts';
import type { SoutuConfig } from './config.ts';
import { CONFIG_SCHEMA } from './fields.ts';

const EXTENSIONS = ['.ts', '.mts', '.js', '.mjs', '.json'] as const;
export const CONFIG_NAMES: readonly string[] = EXTENSIONS.map((end) => `soutu.config${end}`);

export interface LoadedConfig {
  /** The path as given, or the file's name in the folder. */
  readonly path: string;
  /** The configuration with absolute paths. */
  readonly config: SoutuConfig;
}

/**
 * @param given the path of a file; default: a `soutu.config.*` in `folder`, if there is one
 * @throws SoutuError `UsageError` that names the file and the field
 */
export async function loadConfig(
  given?: string,
  folder = process.cwd(),
): Promise<LoadedConfig | null> {
  const path = given ?? (await findConfig(folder));
  if (path === null) return null;
  const file = resolve(folder, path);
  const fail = (what: string): never => {
    throw new SoutuError('UsageError', `${path}: ${what}`);
  };
  if (!(await isFile(file))) return fail('no such file; expected a config of Soutu.');
  if (!EXTENSIONS.some((end) => extname(file) === end)) {
    return fail(`expected a file that ends with ${EXTENSIONS.join(', ')}.`);
  }
  const exported = await read(file, path);
  const config = typeof exported === 'function' ? await called(exported, path) : exported;
  const fault = faultIn(config, CONFIG_SCHEMA);
  if (fault !== null) return fail(fault);
  return { path, config: withPaths(config as SoutuConfig, dirname(file)) };
}

async function findConfig(folder: string): Promise<string | null> {
  const found: string[] = [];
  for (const name of CONFIG_NAMES) if (await isFile(join(folder, name))) found.push(name);
  if (found.length <= 1) return found[0] ?? null;
  throw new SoutuError(
    'UsageError',
    `There are several configs: ${found.join(', ')}. Delete all but one, or choose one with --config.`,
  );
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false;
}

async function read(file: string, path: string): Promise<unknown> {
  try {
    if (file.endsWith('.json')) {
      return await readJson(file, { what: 'a config in JSON', shape: 'an object' });
    }
    return /\.m?ts$/.test(file) ? await importTypeScript(file) : await importScript(file);
  } catch (error) {
    if (error instanceof SoutuError && error.name === 'UsageError') throw error;
    const what = messageOf(error).split('\n')[0]?.replace(`${file}: `, '').replace(`${file}, `, '');
    throw new SoutuError('UsageError', `${path}: cannot be read: ${what}`, { cause: error });
  }
}

async function importScript(file: string): Promise<unknown> {
  const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
    default?: unknown;
  };
  return module.default;
}

/** Newer versions of Node read TypeScript themselves; others by jiti, which many tools bring. */
async function importTypeScript(file: string): Promise<unknown> {
  const { typescript } = process.features as { typescript?: unknown };
  if (typescript) return importScript(file);
  const { createJiti } = await loadOptional(
    'jiti',
    'Reading a config in TypeScript with this version of Node',
    () => import('jiti'),
  );
  return createJiti(import.meta.url, { moduleCache: false }).import(file, { default: true });
}

async function called(make: unknown, path: string): Promise<unknown> {
  try {
    return await (make as () => unknown)();
  } catch (error) {
    throw new SoutuError('UsageError', `${path}: its function failed: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Paths are relative to the config, from whatever folder the build is started. */
function withPaths(config: SoutuConfig, folder: string): SoutuConfig {
  const { $schema: _, ...given } = config;
  const path = (value: string) => (isAbsolute(value) ? value : join(folder, value));
  const source = (value: string) => {
    const [, file] = /^sqlite:(?:\/\/)?(.+)$/i.exec(value) ?? [];
    if (file !== undefined) return `sqlite:${path(file)}`;
    return isDatabaseAddress(value) || isRemote(value) ? value : path(value);
  };
  // A model is a name, or a path that looks like one.
  const model = (value: string) => (/[/\\]|\.onnx$/i.test(value) ? path(value) : value);
  const { photos, site, previous, out, photoBase, modelSpec, report } = given;
  return {
    ...given,
    ...(photos === undefined ? {} : { photos: source(photos) }),
    ...(site === undefined ? {} : { site: path(site) }),
    ...(previous === undefined ? {} : { previous: source(previous) }),
    ...(out === undefined ? {} : { out: path(out) }),
    ...(photoBase === undefined ? {} : { photoBase: source(photoBase) }),
    ...(given.model === undefined ? {} : { model: model(given.model) }),
    ...(modelSpec === undefined ? {} : { modelSpec: path(modelSpec) }),
    ...(typeof report === 'string' ? { report: path(report) } : {}),
  };
}
