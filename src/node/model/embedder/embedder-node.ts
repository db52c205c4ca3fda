/** The engines that run models in Node, in order of preference. */
import { EngineError } from '../../../core/errors.ts';
import { smallCopy } from '../../../core/image/small-copy.ts';
import type { ModelSpec } from '../../../core/model/spec.ts';
import { readWeights } from '../../../core/model/weights.ts';
import { createHashEmbedder } from '../../../engine/hash-embedder.ts';
import { createKernelEmbedder } from '../../../engine/kernel/kernel-embedder.ts';
import {
  type EmbedderMaker,
  type OpenedEmbedder,
  openEmbedder,
} from '../../../engine/open-embedder.ts';
import type { Precision } from '../../../kernel/binary.ts';
import { EmbedderPool } from './embedder-pool.ts';
import { nodeKernelOptions } from './kernel-node.ts';
import { expectedEngine, LazyEmbedder } from './lazy-embedder.ts';
import { createNodeEmbedder } from './onnx-node.ts';
import { threadsFor } from './thread-count.ts';

/** A workload that several threads can share. */
export interface ManyPhotos {
  /** Number of photos to embed. */
  readonly photos: number;
  /** Number of threads; default: see `threadsFor`. */
  readonly threads?: number | undefined;
  /** Receives the reason if fewer threads run than requested. */
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
  if (spec.family === 'phash') return [() => createHashEmbedder(spec, smallCopy)];
  if (spec.family !== 'vgg-stack') return [onnx];
  const kernel: EmbedderMaker = async (weights) => {
    const threads = kernelThreads(spec, many);
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

function kernelThreads(spec: ModelSpec, { photos, threads }: ManyPhotos): number {
  return Math.min(photos, threads ?? threadsFor(spec, photos));
}

/**
 * An embedder that is opened with its first photo.
 * @param onFailure takes the reason why a preferred engine does not run on this machine
 */
export function lazyNodeEmbedder(
  model: { readonly spec: ModelSpec; readonly weights: readonly Uint8Array[] },
  precision: Precision,
  many: ManyPhotos,
  onFailure: (reason: string) => void,
): LazyEmbedder {
  const { spec } = model;
  const threads = spec.family === 'vgg-stack' ? Math.max(1, kernelThreads(spec, many)) : 1;
  return new LazyEmbedder(spec, expectedEngine(spec, precision), threads, async () => {
    const opened = await openNodeEmbedder(model, precision, many);
    for (const reason of opened.failures) onFailure(reason);
    return opened;
  });
}

/** Opens an embedder for a model on disk and checks its canary. */
export function openNodeEmbedder(
  { spec, weights }: { readonly spec: ModelSpec; readonly weights: readonly Uint8Array[] },
  precision: Precision = 'deterministic',
  many?: ManyPhotos,
): Promise<OpenedEmbedder> {
  return openEmbedder(nodeEmbedders(spec, precision, many), async () => [...weights]);
}
