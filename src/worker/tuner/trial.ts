/** Tries WebGPU during pauses and keeps the engine that is faster on this device. */
import { EngineError, EngineUnreachableError, messageOf, SoutuError } from '../../core/errors.ts';
import { type EmbedderMaker, openEmbedder, type WeightFiles } from '../../engine/open-embedder.ts';
import type { RunningModel } from '../../engine/running-model.ts';
import type { Gpu } from '../engines/gpu.ts';
import type { PauseSource } from '../pauses.ts';
import { compareSpeed, ofOther } from './compare-speed.ts';
import type { TrialResults } from './trial-results.ts';

export interface Trial {
  /** The running model. */
  readonly model: RunningModel;
  /** The engines that embed photos until then, and again if the GPU fails. */
  readonly others: readonly EmbedderMaker[];
  readonly results: TrialResults;
  readonly pauses: PauseSource;
  /** Whether the device has memory for a second engine and storage for its binary. */
  hasRoom(): Promise<boolean>;
  /** @throws EngineError if there is none */
  findGpu(): Promise<Gpu>;
  /** Whether the weights are cached; they are not downloaded for a trial. */
  hasWeights(): Promise<boolean>;
  readonly weights: WeightFiles;
  /**
   * Downloads the engine's binary, during pauses only.
   * @throws SoutuError `StorageError` if the binary cannot be stored
   */
  load(): Promise<unknown>;
  webgpu(gpu: Gpu): EmbedderMaker;
  /** Milliseconds. */
  readonly now?: () => number;
}

/**
 *     pause ─▶ room? ─▶ GPU? ─▶ result known? ─▶ load ─▶ open, canary ─▶ compare speed ─▶ keep the faster one
 *
 * Each step begins in a pause and stops when a search begins, except opening, which ONNX Runtime cannot interrupt. If a
 * step fails, the current engine stays in use. Failures caused by the GPU are recorded.
 */
export async function tryWebGpu(trial: Trial): Promise<void> {
  const { results, pauses } = trial;
  let gpu: Gpu | null = null;
  try {
    gpu = await promisingGpu(trial);
    if (!gpu) return;
    await trial.load();
    // The binary had been evicted from the device; it is cached again for the next visit.
    if ((await results.winner()) === gpu.name) return;
    await pauses.pause();
    await results.noteTry(gpu.name);
    await compare(trial, gpu);
  } catch (error) {
    const isEngines = error instanceof EngineError && !(error instanceof EngineUnreachableError);
    // For example offline, no storage left, or closed in the meantime: a later visit tries again.
    if (error instanceof SoutuError && !isEngines) return;
    if (!gpu) throw error;
    await results.note(gpu.name, { outcome: 'failed', reason: messageOf(error) });
  }
}

/** Returns null if there is none or a trial is not needed. */
async function promisingGpu(trial: Trial): Promise<Gpu | null> {
  const { results, pauses, hasRoom, findGpu, hasWeights } = trial;
  await pauses.pause();
  if (!(await hasRoom())) return null;
  const gpu = await findGpu().catch((error: unknown) => {
    if (error instanceof EngineError) return null;
    throw error;
  });
  // A software GPU is slower than running on the CPU directly.
  if (!gpu || gpu.isFallback) return null;
  const isWorthIt = (await results.isOpen(gpu.name)) || (await results.winner()) === gpu.name;
  return isWorthIt && (await hasWeights()) ? gpu : null;
}

async function compare(trial: Trial, gpu: Gpu): Promise<void> {
  const { model, others, results, pauses, now } = trial;
  const weights = async () => {
    const files = await trial.weights();
    // Reading the weights takes a while, and the next step cannot be interrupted.
    await pauses.pause();
    return files;
  };
  const opened = await openEmbedder([trial.webgpu(gpu)], weights);
  let isInUse = false;
  try {
    const { embedder: other } = await ofOther(model.open());
    const millis = await compareSpeed(opened.embedder, other, pauses, now);
    const isQuicker = millis.webgpu < millis.other;
    await results.note(gpu.name, { outcome: isQuicker ? 'webgpu' : 'other', millis });
    await pauses.pause();
    isInUse = isQuicker;
    if (isInUse) await model.replace({ ...opened, others });
  } finally {
    // The WebAssembly heap of ONNX Runtime remains, empty, until the worker ends, because it cannot shrink. Restarting
    // the worker to free it would make the next photo wait for the model.
    if (!isInUse) await opened.embedder.dispose();
  }
}
