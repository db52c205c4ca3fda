/** Tries WebGPU in a visitor's pauses, and keeps whatever is quicker on his device. */
import { EngineError, EngineUnreachableError, messageOf, SoutuError } from '../core/errors.ts';
import { type EmbedderMaker, openEmbedder, type WeightFiles } from '../engine/open-embedder.ts';
import type { RunningModel } from '../engine/running-model.ts';
import { contest, type Pauses } from './engine-contest.ts';
import type { EngineMemory } from './engine-memory.ts';
import type { Gpu } from './gpu.ts';

export interface Trial {
  /** The model as it runs. */
  readonly model: RunningModel;
  /** Who reads photos until then, and again where the GPU fails. */
  readonly others: readonly EmbedderMaker[];
  readonly memory: EngineMemory;
  readonly pauses: Pauses;
  /** @throws EngineError where there is none */
  findGpu(): Promise<Gpu>;
  /** Whether the device has the weights, which are not fetched for a trial. */
  hasWeights(): Promise<boolean>;
  readonly weights: WeightFiles;
  /** Fetches the engine's binary, in pauses only. */
  load(): Promise<unknown>;
  webgpu(gpu: Gpu): EmbedderMaker;
  /** Milliseconds. */
  readonly now?: () => number;
}

/**
 *     pause ─▶ a GPU? ─▶ known? ─▶ load ─▶ open, canary ─▶ contest ─▶ the quicker one stays
 *
 * Between the steps, and within those that can stop, searches come first. Where anything fails the engine that
 * runs goes on, and what is the GPU's fault is noted.
 */
export async function tryWebGpu(trial: Trial): Promise<void> {
  const { memory, pauses } = trial;
  await pauses.pause();
  const gpu = await trial.findGpu().catch((error: unknown) => {
    if (error instanceof EngineError) return null;
    throw error;
  });
  // Software only looks like a GPU: the processor does better by itself.
  if (!gpu || gpu.isFallback) return;
  if (!(await memory.isOpen(gpu.name)) || !(await trial.hasWeights())) return;
  try {
    await trial.load();
    await pauses.pause();
    await memory.noteTry(gpu.name);
    await compare(trial, gpu);
  } catch (error) {
    // Without a connection, for one; another visit tries again.
    const isEngines = !(error instanceof SoutuError) || error instanceof EngineError;
    if (!isEngines || error instanceof EngineUnreachableError) return;
    await memory.note(gpu.name, { outcome: 'failed', reason: messageOf(error) });
  }
}

async function compare(trial: Trial, gpu: Gpu): Promise<void> {
  const { model, others, memory, pauses, now } = trial;
  const opened = await openEmbedder([trial.webgpu(gpu)], trial.weights);
  let isKept = false;
  try {
    const { embedder: other } = await model.open();
    const millis = await contest(opened.embedder, other, pauses, now);
    isKept = millis.webgpu < millis.other;
    await memory.note(gpu.name, { outcome: isKept ? 'webgpu' : 'other', millis });
    await pauses.pause();
    if (isKept) await model.replace({ ...opened, others });
  } finally {
    if (!isKept) await opened.embedder.dispose();
  }
}
