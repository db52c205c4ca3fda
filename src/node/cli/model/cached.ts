/** `list`, `verify`, `remove`: the models on this machine. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, SoutuError } from '../../../core/errors.ts';
import type { ModelSpec } from '../../../core/model/spec.ts';
import { checkCanary } from '../../../engine/canary.ts';
import {
  cachedModels,
  cacheFolder,
  downloadsIn,
  lockCache,
  removeCached,
} from '../../model/cache-folder.ts';
import { createNodeEmbedder } from '../../model/embedder/onnx-node.ts';
import {
  folderOfModel,
  readModelFolder,
  readModelSpec,
  shippedModels,
} from '../../model/model-folder.ts';
import { VGG16_DOWNLOAD } from '../../model/vgg16.ts';
import { aligned } from '../aligned.ts';
import { type ExitCode, flag, type Parsed, positionals } from '../command.ts';
import { print, printJson, printRow, tell } from '../terminal.ts';

interface Listed {
  readonly id: string;
  readonly folder: string;
  readonly bytes: number;
  readonly dtype: string;
  readonly pooling: string;
  readonly preset: string;
}

export async function list(parsed: Parsed): Promise<void> {
  positionals(parsed, ['list']);
  const models: Listed[] = [];
  for (const name of await shippedModels()) {
    models.push(await listed(name, await folderOfModel(name)));
  }
  for (const { id, folder } of await cachedModels()) models.push(await listed(id, folder));
  if (flag(parsed, 'json')) {
    printJson({ cache: cacheFolder(), models });
    return;
  }
  const cells = models.map(({ id, bytes, dtype, pooling, preset, folder }) => {
    const size = bytes > 0 ? `${(bytes / 1e6).toFixed(1)} MB` : '-';
    return [id, dtype, size, pooling, preset, folder];
  });
  print(...aligned([['model', 'dtype', 'size', 'pooling', 'preset', 'folder'], ...cells]));
}

/** Weights are not checked (`verify` does that), and a damaged model.json is no reason to list nothing. */
async function listed(id: string, folder: string): Promise<Listed> {
  const spec = await readModelSpec(folder).catch((error: unknown) => {
    if (error instanceof SoutuError) return null;
    throw error;
  });
  if (!spec) return { id, folder, bytes: 0, dtype: 'damaged', pooling: '-', preset: '-' };
  const bytes = spec.weights.files.reduce((sum, file) => sum + file.bytes, 0);
  return { id, folder, bytes, dtype: spec.weights.dtype, ...detailsOf(spec) };
}

function detailsOf(spec: ModelSpec) {
  const pooling = poolingOf(spec) ?? 'none';
  const isKeras = spec.input.filter === 'nearest' && spec.input.exif === 'ignored';
  return { pooling, preset: isKeras ? 'keras' : 'default' };
}

function poolingOf(spec: ModelSpec) {
  if (spec.family === 'phash') return undefined;
  return spec.family === 'onnx' ? spec.graph.pooling : spec.pooling;
}

interface Verified {
  readonly name: string;
  /** Why the model cannot be used; null if it is intact. */
  readonly reason: string | null;
}

/** Reads every file, checks its hash, and embeds the canary. */
export async function verify(parsed: Parsed): Promise<ExitCode> {
  const [, ...names] = parsed.positionals;
  const all = [...(await shippedModels()), ...(await cachedModels()).map(({ id }) => id)];
  const verified: Verified[] = [];
  for (const name of names.length > 0 ? names : all) {
    try {
      const { spec, weights } = await readModelFolder(await folderOfModel(name));
      const embedder = await createNodeEmbedder(spec, weights);
      await checkCanary(embedder).finally(() => embedder.dispose());
      verified.push({ name, reason: null });
    } catch (error) {
      if (!(error instanceof SoutuError)) throw error;
      verified.push({ name, reason: messageOf(error) });
    }
    const { reason } = verified.at(-1) as Verified;
    if (!flag(parsed, 'json')) printRow(name, reason ?? 'intact');
  }
  if (flag(parsed, 'json')) printJson({ models: verified });
  const damaged = verified.filter(({ reason }) => reason !== null).length;
  if (damaged === 0) return 0;
  tell(
    `${damaged} of ${verified.length} models cannot be used. Delete a downloaded model with: soutu model remove ID`,
  );
  return 1;
}

/** An id removes one model; a name removes all of that name, and its download. */
export async function remove(parsed: Parsed): Promise<void> {
  const [, name] = positionals(parsed, ['remove', 'NAME']) as [string, string];
  const cache = cacheFolder();
  const all = await cachedModels(cache);
  const models = all.filter((model) => model.name === name || model.id === name);
  const downloads = (name === 'vgg16' ? [VGG16_DOWNLOAD.file, `${VGG16_DOWNLOAD.file}.part`] : [])
    .map((file) => join(downloadsIn(cache), file))
    .filter((path) => existsSync(path));
  if (models.length === 0 && downloads.length === 0) {
    const ids = all.map(({ id }) => id).join(', ');
    throw new SoutuError(
      'UsageError',
      `No model "${name}" in ${cache}, which holds ${ids || 'no models'}.`,
    );
  }
  const lock = await lockCache(cache, {
    command: 'soutu model remove',
    advice: 'Wait until it has finished.',
  });
  const isJson = flag(parsed, 'json');
  const removed: string[] = [];
  try {
    for (const model of models) {
      await removeCached(model);
      removed.push(model.folder);
      if (!isJson) tell(`Removed ${model.folder}`);
    }
    for (const path of downloads) {
      await rm(path, { force: true });
      removed.push(path);
      if (!isJson) tell(`Removed ${path}`);
    }
  } finally {
    await lock.release();
  }
  if (isJson) printJson({ removed });
}
