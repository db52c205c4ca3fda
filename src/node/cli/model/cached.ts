/** `list`, `verify`, `remove`: what is kept of models on this machine. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, SoutuError } from '../../../core/errors.ts';
import type { ModelSpec } from '../../../core/model/spec.ts';
import { checkCanary } from '../../../engine/canary.ts';
import { cachedModels, cacheFolder, downloadsIn, removeCached } from '../../model/cache-folder.ts';
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

/** Damaged weights are `verify`'s to find: what is to be removed must be listed. */
async function listed(id: string, folder: string): Promise<Listed> {
  const spec = await readModelSpec(folder);
  const bytes = spec.weights.files.reduce((sum, file) => sum + file.bytes, 0);
  return { id, folder, bytes, dtype: spec.weights.dtype, ...detailsOf(spec) };
}

function detailsOf(spec: ModelSpec) {
  const pooling = (spec.family === 'onnx' ? spec.graph.pooling : spec.pooling) ?? 'none';
  const isKeras = spec.input.filter === 'nearest' && spec.input.exif === 'ignored';
  return { pooling, preset: isKeras ? 'keras' : 'default' };
}

/** Reads every file, checks its hash, and lets the engine embed the canary. */
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
  if (failed > 0) throw new SoutuError('ModelError', `${failed} of the models cannot be used.`);
}

/** By id one, by name all of that name, and then the download, too. */
export async function remove(parsed: Parsed): Promise<void> {
  const [, name] = positionals(parsed, ['remove', 'NAME']) as [string, string];
  const models = (await cachedModels()).filter((model) => model.name === name || model.id === name);
  const downloads = name === 'vgg16' ? [VGG16_DOWNLOAD.file, `${VGG16_DOWNLOAD.file}.part`] : [];
  if (models.length === 0 && downloads.length === 0) {
    const ids = (await cachedModels()).map(({ id }) => id).join(', ');
    throw new SoutuError(
      'UsageError',
      `No model "${name}" in ${cacheFolder()}; there ${ids ? `are ${ids}` : 'is none'}.`,
    );
  }
  for (const model of models) {
    await removeCached(model);
    console.error(`Removed ${model.folder}`);
  }
  for (const file of downloads) await rm(join(downloadsIn(cacheFolder()), file), { force: true });
}
