/** Runs a build's stages with an embedder, and with what earlier builds have embedded by the same engine. */
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
import type { OpenedReuse } from './reuse/open-reuse.ts';

export interface Using {
  readonly embedder: Embedder;
  readonly reuse: OpenedReuse;
}

export interface Ran<T> {
  readonly result: T;
  readonly engine: string;
  /** Number of photos embedded at once. */
  readonly threads: number;
  readonly reuse: OpenedReuse;
}

/**
 * @param openReuse opens what was embedded by an engine
 * @param run called again if another engine than the usual one runs the model
 */
export async function withEmbedder<T>(
  model: ModelFiles,
  precision: Precision,
  many: ManyPhotos,
  openReuse: (engine: string) => Promise<OpenedReuse>,
  run: (using: Using) => Promise<T>,
): Promise<Ran<T>> {
  const lazy = lazyNodeEmbedder(model, precision, many, (reason) =>
    many.warn(`A slower engine is used: ${reason}`),
  );
  try {
    return await runWith(lazy, openReuse, run);
  } catch (error) {
    if (!(error instanceof OtherEngineError)) throw error;
  }
  const { embedder } = await openNodeEmbedder(model, precision, many);
  return runWith(embedder, openReuse, run);
}

async function runWith<T>(
  embedder: Embedder,
  openReuse: (engine: string) => Promise<OpenedReuse>,
  run: (using: Using) => Promise<T>,
): Promise<Ran<T>> {
  try {
    const reuse = await openReuse(embedder.engine);
    const threads = photosAtOnce(embedder);
    return { result: await run({ embedder, reuse }), engine: embedder.engine, threads, reuse };
  } finally {
    await embedder.dispose();
  }
}
