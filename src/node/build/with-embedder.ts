/** Runs a build's stages with an embedder, and with what previous builds embedded with the same engine. */
import type { Embedder } from '../../engine/embedder.ts';
import type { Precision } from '../../kernel/binary.ts';
import {
  lazyNodeEmbedder,
  type ManyPhotos,
  openNodeEmbedder,
} from '../model/embedder/embedder-node.ts';
import { photosAtOnce } from '../model/embedder/embedder-pool.ts';
import { OtherEngineError } from '../model/embedder/lazy-embedder.ts';
import type { ModelFiles } from '../model/model-folder.ts';
import type { OpenedPhotos } from './previous/photos/open-previous-photos.ts';

export interface Using {
  readonly embedder: Embedder;
  readonly previousPhotos: OpenedPhotos;
}

export interface Ran<T> {
  readonly result: T;
  readonly engine: string;
  /** Number of photos embedded at once. */
  readonly threads: number;
  readonly previousPhotos: OpenedPhotos;
}

/**
 * @param openPreviousPhotos opens what was embedded by an engine
 * @param run called again if another engine than the usual one runs the model
 */
export async function withEmbedder<T>(
  model: ModelFiles,
  precision: Precision,
  many: ManyPhotos,
  openPreviousPhotos: (engine: string) => Promise<OpenedPhotos>,
  run: (using: Using) => Promise<T>,
): Promise<Ran<T>> {
  const lazy = lazyNodeEmbedder(model, precision, many, (reason) =>
    many.warn(`A slower engine is used: ${reason}`),
  );
  try {
    return await runWith(lazy, openPreviousPhotos, run);
  } catch (error) {
    if (!(error instanceof OtherEngineError)) throw error;
  }
  const { embedder } = await openNodeEmbedder(model, precision, many);
  return runWith(embedder, openPreviousPhotos, run);
}

async function runWith<T>(
  embedder: Embedder,
  openPreviousPhotos: (engine: string) => Promise<OpenedPhotos>,
  run: (using: Using) => Promise<T>,
): Promise<Ran<T>> {
  try {
    const previousPhotos = await openPreviousPhotos(embedder.engine);
    const threads = photosAtOnce(embedder);
    return {
      result: await run({ embedder, previousPhotos }),
      engine: embedder.engine,
      threads,
      previousPhotos,
    };
  } finally {
    await embedder.dispose();
  }
}
