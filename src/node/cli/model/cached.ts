/** `list`, `verify`, `remove`: the models on this machine. */
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
import { flag, type Parsed, positionals } from '../command.ts';

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
    console.log(JSON.stringify({ cache: cacheFolder(), models }));
    return;
  }
  for (const { id, bytes, dtype, pooling, preset, folder } of models) {
    const size = `${(bytes / 1e6).toFixed(1)} MB`;
    console.log(`${id}\t${dtype}\t${size}\t${pooling}\t${preset}\t${folder}`);
  }
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
  const pooling = (spec.family === 'onnx' ? spec.graph.pooling : spec.pooling) ?? 'none';
  const isKeras = spec.input.filter === 'nearest' && spec.input.exif === 'ignored';
  return { pooling, preset: isKeras ? 'keras' : 'default' };
}

/** Reads every file, checks its hash, and embeds the canary. */
export async function verify(parsed: Parsed): Promise<void> {
  const [, ...names] = parsed.positionals;
  const all = [...(await shippedModels()), ...(await cachedModels()).map(({ id }) => id)];
  let failed = 0;
  for (const name of names.length > 0 ? names : all) {
    try {
      const { spec, weights } = await readModelFolder(await folderOfModel(name));
      const embedder = await createNodeEmbedder(spec, weights);
      await checkCanary(embedder).finally(() => embedder.dispose());
      console.log(`${name}\tgood`);
    } catch (error) {
      if (!(error instanceof SoutuError)) throw error;
      failed++;
      console.log(`${name}\t${messageOf(error)}`);
    }
  }
  if (failed > 0)
    throw new SoutuError(
      'ModelError',
      `${failed} of the models cannot be used. Remove them with: soutu model remove ID`,
    );
}

/** An id removes one model; a name removes all of that name, and its download. */
export async function remove(parsed: Parsed): Promise<void> {
  const [, name] = positionals(parsed, ['remove', 'NAME']) as [string, string];
  const cache = cacheFolder();
  const all = await cachedModels(cache);
  const models = all.filter((model) => model.name === name || model.id === name);
  const downloads = name === 'vgg16' ? [VGG16_DOWNLOAD.file, `${VGG16_DOWNLOAD.file}.part`] : [];
  if (models.length === 0 && downloads.length === 0) {
    const ids = all.map(({ id }) => id).join(', ');
    throw new SoutuError(
      'UsageError',
      `No model "${name}" in ${cache}; it has ${ids ? ids : 'no models'}.`,
    );
  }
  const lock = await lockCache(cache, {
    command: 'soutu model remove',
    advice: 'Wait until it has finished.',
  });
  try {
    for (const model of models) {
      await removeCached(model);
      console.error(`Removed ${model.folder}`);
    }
    for (const file of downloads) await rm(join(downloadsIn(cache), file), { force: true });
  } finally {
    await lock.release();
  }
}
