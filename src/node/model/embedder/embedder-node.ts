/** What runs models in Node, the best first. */
import { EngineError } from '../../../core/errors.ts';
import type { ModelSpec } from '../../../core/model/spec.ts';
import { readWeights } from '../../../core/model/weights.ts';
import { createKernelEmbedder } from '../../../engine/kernel/kernel-embedder.ts';
import {
  type EmbedderMaker,
  type OpenedEmbedder,
  openEmbedder,
} from '../../../engine/open-embedder.ts';
import type { Precision } from '../../../kernel/binary.ts';
import { EmbedderPool } from './embedder-pool.ts';
import { nodeKernelOptions } from './kernel-node.ts';
import { createNodeEmbedder } from './onnx-node.ts';
import { threadsFor } from './thread-count.ts';

/** Work that several threads may share. */
export interface ManyPhotos {
  /** How many there are to embed. */
  readonly photos: number;
  /** How many threads are wanted; default as many as pay. */
  readonly threads?: number | undefined;
  /** Told why there are fewer threads than wanted. */
  readonly warn: (line: string) => void;
}

const ONE_PHOTO: ManyPhotos = { photos: 1, warn: () => undefined };

export function nodeEmbedders(
  spec: ModelSpec,
  precision: Precision,
  many: ManyPhotos = ONE_PHOTO,
): readonly EmbedderMaker[] {
  const onnx: EmbedderMaker = async (weights) =>
    createNodeEmbedder(spec, await weights(), many.threads);
  if (spec.family !== 'vgg-stack') return [onnx];
  const kernel: EmbedderMaker = async (weights) => {
    const threads = Math.min(many.photos, many.threads ?? threadsFor(spec, many.photos));
    if (threads > 1) {
      const { warn } = many;
      try {
        return await EmbedderPool.start(spec, await weights(), { threads, precision, warn });
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        warn(`Only one thread embeds: ${error.message}`);
      }
    }
    return createKernelEmbedder(
      spec,
      readWeights(spec, await weights()),
      nodeKernelOptions(precision),
    );
  };
  return [kernel, onnx];
}

/** An embedder for a model on disk, its canary checked. */
export function openNodeEmbedder(
  { spec, weights }: { readonly spec: ModelSpec; readonly weights: readonly Uint8Array[] },
  precision: Precision = 'deterministic',
  many?: ManyPhotos,
): Promise<OpenedEmbedder> {
  return openEmbedder(nodeEmbedders(spec, precision, many), async () => [...weights]);
}
