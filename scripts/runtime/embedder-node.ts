/** What runs models in Node, the best first. */
import type { ModelSpec } from '../../src/core/model/spec.ts';
import { readWeights } from '../../src/core/model/weights.ts';
import { createKernelEmbedder } from '../../src/engine/kernel/kernel-embedder.ts';
import {
  type EmbedderMaker,
  type OpenedEmbedder,
  openEmbedder,
} from '../../src/engine/open-embedder.ts';
import type { Precision } from '../../src/kernel/binary.ts';
import { nodeKernelOptions } from './kernel-node.ts';
import { createNodeEmbedder } from './onnx-node.ts';

export function nodeEmbedders(spec: ModelSpec, precision: Precision): readonly EmbedderMaker[] {
  const onnx: EmbedderMaker = async (weights) => createNodeEmbedder(spec, await weights());
  if (spec.family !== 'vgg-stack') return [onnx];
  const kernel: EmbedderMaker = async (weights) =>
    createKernelEmbedder(spec, readWeights(spec, await weights()), nodeKernelOptions(precision));
  return [kernel, onnx];
}

/** An embedder for a model on disk, its canary checked. */
export function openNodeEmbedder(
  { spec, weights }: { readonly spec: ModelSpec; readonly weights: readonly Uint8Array[] },
  precision: Precision = 'deterministic',
): Promise<OpenedEmbedder> {
  return openEmbedder(nodeEmbedders(spec, precision), async () => [...weights]);
}
