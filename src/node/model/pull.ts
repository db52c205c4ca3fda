/**
 * Puts the original VGG16 into the user's cache. The weights come from a given file, an earlier download, Keras'
 * own copy, or the network, and are converted once.
 */
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { messageOf, SoutuError } from '../../core/errors.ts';
import type { PresetName } from '../../core/model/input-spec.ts';
import type { Pooling } from '../../core/model/spec.ts';
import { sha256 } from '../files/sha256.ts';
import {
  type CachedModel,
  cachedModels,
  cacheFolder,
  downloadsIn,
  lockCache,
  modelsIn,
  type Recipe,
} from './cache-folder.ts';
import { type Converted, type ConvertReporter, convertModel, DEFAULT_FLOOR } from './convert.ts';
import { type DownloadOptions, download, isGood, md5Of } from './download.ts';
import type { Form } from './forms.ts';
import { readModelFolder } from './model-folder.ts';
import { type Download, type StackTemplate, VGG16, VGG16_DOWNLOAD } from './vgg16.ts';
import { writeModelFolder } from './write-folder.ts';

export interface PullOptions {
  readonly form?: Form;
  readonly pooling?: Pooling;
  readonly preset?: PresetName;
  /** A local file instead of the download. */
  readonly from?: string;
  /** Folder of photos on which the forms are compared. */
  readonly photos?: string;
  readonly floor?: number;
  readonly cache?: string;
  readonly reporter: ConvertReporter & { warn(line: string): void };
  /** For tests: another file, other URLs, a smaller stack. */
  readonly source?: { readonly download: Download; readonly template: StackTemplate };
  readonly network?: DownloadOptions;
}

export interface Pulled {
  readonly folder: string;
  readonly id: string;
  /** null if the model was already in the cache. */
  readonly converted: Converted | null;
}

/**
 * Runs in one process at a time; a second one waits, then finds the model in the cache.
 * @throws SoutuError `NetworkError` if it cannot be downloaded, `ModelError` for a file that does not fit,
 * `OutputError` if the cache cannot be written
 */
export async function pullVgg16(options: PullOptions): Promise<Pulled> {
  const { reporter, cache = cacheFolder() } = options;
  const lock = await lockCache(cache, {
    command: 'soutu model pull',
    wait: true,
    onWait: (line) => reporter.warn(line),
  });
  try {
    return await pullLocked(options, cache);
  } finally {
    await lock.release();
  }
}

async function pullLocked(options: PullOptions, cache: string): Promise<Pulled> {
  const { reporter } = options;
  const source = options.source ?? { download: vgg16Download(), template: VGG16 };
  const file = await fileOf(source.download, options, cache);
  const recipe: Recipe = {
    md5: file.md5,
    form: options.form ?? 'packed',
    pooling: options.pooling ?? source.template.pooling,
    preset: options.preset ?? 'default',
    floor: options.floor ?? DEFAULT_FLOOR,
  };
  const asked = JSON.stringify(recipe);
  const there = (await cachedModels(cache)).find((m) => JSON.stringify(m.recipe) === asked);
  if (there && !options.photos && (await isSound(there))) {
    return { folder: there.folder, id: there.id, converted: null };
  }
  const converted = await convertModel({
    source: file.path,
    form: options.form ?? 'packed',
    overrides: source.template,
    ...(options.pooling ? { pooling: options.pooling } : {}),
    ...(options.preset ? { preset: options.preset } : {}),
    ...(options.photos ? { photos: options.photos } : {}),
    ...(options.floor === undefined ? {} : { floor: options.floor }),
    reporter,
  });
  return { ...(await keep(converted, recipe, cache)), converted };
}

/** A damaged model is converted again, as its error tells the user to do. */
async function isSound({ folder }: CachedModel): Promise<boolean> {
  return readModelFolder(folder).then(
    () => true,
    (error: unknown) => {
      if (error instanceof SoutuError) return false;
      throw error;
    },
  );
}

/** SOUTU_MODEL_URLS replaces the URLs: for mirrors, and for tests of the command line. */
function vgg16Download(): Download {
  const urls = process.env.SOUTU_MODEL_URLS?.split(/\s+/).filter((url) => url !== '');
  return urls && urls.length > 0 ? { ...VGG16_DOWNLOAD, urls } : VGG16_DOWNLOAD;
}

async function fileOf(
  what: Download,
  { from, reporter, network }: PullOptions,
  cache: string,
): Promise<{ path: string; md5: string }> {
  if (from !== undefined) {
    const info = await stat(from).catch(() => null);
    if (info && !info.isFile()) {
      throw new SoutuError('ModelError', `--from ${from}: it is not a regular file.`);
    }
    const size = info?.size;
    if (size === undefined) throw new SoutuError('ModelError', `--from ${from}: no such file.`);
    const md5 = await md5Of(from);
    if (md5 !== what.md5) {
      reporter.warn(
        `${from} is not the file that Keras serves: ${size} bytes with MD5 ${md5}, expected ` +
          `${what.bytes} bytes with ${what.md5}. It is used anyway.`,
      );
    }
    return { path: from, md5 };
  }
  const path = join(downloadsIn(cache), what.file);
  if (await isGood(path, what)) return { path, md5: what.md5 };
  const kerasCopy = join(process.env.KERAS_HOME ?? join(homedir(), '.keras'), 'models', what.file);
  if (await isGood(kerasCopy, what)) {
    reporter.warn(`Taken from Keras' folder: ${kerasCopy}`);
    return { path: kerasCopy, md5: what.md5 };
  }
  reporter.stage('Downloading', what.bytes, 'bytes');
  try {
    await download(what, path, { ...network, onProgress: (bytes) => reporter.step(bytes) });
  } catch (error) {
    if (!(error instanceof SoutuError) || error.name !== 'NetworkError') throw error;
    throw new SoutuError(
      'NetworkError',
      `${what.file} cannot be downloaded: ${messageOf(error)}. ` +
        'Give a copy of it with: soutu model pull vgg16 --from FILE; or use --model vgg16-lite, which comes ' +
        'with Soutu.',
      { cause: error },
    );
  }
  return { path, md5: what.md5 };
}

/** The folder appears complete, by a rename. */
async function keep({ spec, files }: Converted, recipe: Recipe, cache: string) {
  const hash = sha256(new TextEncoder().encode(JSON.stringify(spec)));
  const id = `${spec.name}-${hash.slice(0, 16)}`;
  const folder = join(modelsIn(cache), id);
  const aside = `${folder}.${process.pid}.tmp`;
  await rm(aside, { recursive: true, force: true });
  await mkdir(modelsIn(cache), { recursive: true });
  await writeModelFolder(aside, spec, files);
  await writeFile(join(aside, 'source.json'), `${JSON.stringify(recipe)}\n`);
  await rm(folder, { recursive: true, force: true });
  await rename(aside, folder);
  return { folder, id };
}
