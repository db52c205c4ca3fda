/** Tries WebGPU in a visitor's pauses, and keeps whatever is quicker on his device. */
import { EngineError, EngineUnreachableError, messageOf, SoutuError } from '../../core/errors.ts';
import { type EmbedderMaker, openEmbedder, type WeightFiles } from '../../engine/open-embedder.ts';
import type { RunningModel } from '../../engine/running-model.ts';
import type { Gpu } from '../engines/gpu.ts';
import type { PauseSource } from '../pauses.ts';
import { compareSpeed, ofOther } from './compare-speed.ts';
import type { TrialResults } from './trial-results.ts';

export interface Trial {
  /** The model as it runs. */
  readonly model: RunningModel;
  /** Who reads photos until then, and again where the GPU fails. */
  readonly others: readonly EmbedderMaker[];
  readonly results: TrialResults;
  readonly pauses: PauseSource;
  /** Whether the device bears a second engine, and can keep its binary. */
  hasRoom(): Promise<boolean>;
  /** @throws EngineError where there is none */
  findGpu(): Promise<Gpu>;
  /** Whether the device has the weights, which are not fetched for a trial. */
  hasWeights(): Promise<boolean>;
  readonly weights: WeightFiles;
  /**
   * Fetches the engine's binary, in pauses only.
   * @throws SoutuError `StorageError` where the device does not keep it
   */
  load(): Promise<unknown>;
  webgpu(gpu: Gpu): EmbedderMaker;
  /** Milliseconds. */
  readonly now?: () => number;
}

/**
 *     pause ─▶ room? ─▶ a GPU? ─▶ known? ─▶ load ─▶ open, canary ─▶ contest ─▶ the quicker one stays
 *
 * Each step begins in a pause, and but for opening, which ONNX Runtime does in one go, each stops where a search
 * begins. Where anything fails the engine that runs goes on, and what is the GPU's fault is noted.
 */
export async function tryWebGpu(trial: Trial): Promise<void> {
  const { results, pauses } = trial;
  let gpu: Gpu | null = null;
  try {
    gpu = await promisingGpu(trial);
    if (!gpu) return;
    await trial.load();
    // Its binary had gone from the device, and is there for the next visit.
    if ((await results.winner()) === gpu.name) return;
    await pauses.pause();
    await results.noteTry(gpu.name);
    await compare(trial, gpu);
  } catch (error) {
    const isEngines = error instanceof EngineError && !(error instanceof EngineUnreachableError);
    // Without a connection or room, for one, or closed meanwhile: another visit tries again.
    if (error instanceof SoutuError && !isEngines) return;
    if (!gpu) throw error;
    await results.note(gpu.name, { outcome: 'failed', reason: messageOf(error) });
  }
}

/** null where there is none, or where it need not be tried */
async function promisingGpu(trial: Trial): Promise<Gpu | null> {
  const { results, pauses, hasRoom, findGpu, hasWeights } = trial;
  await pauses.pause();
  if (!(await hasRoom())) return null;
  const gpu = await findGpu().catch((error: unknown) => {
    if (error instanceof EngineError) return null;
    throw error;
  });
  // Software only looks like a GPU: the processor does better by itself.
  if (!gpu || gpu.isFallback) return null;
  const isWorthIt = (await results.isOpen(gpu.name)) || (await results.winner()) === gpu.name;
  return isWorthIt && (await hasWeights()) ? gpu : null;
}

async function compare(trial: Trial, gpu: Gpu): Promise<void> {
  const { model, others, results, pauses, now } = trial;
  const weights = async () => {
    const files = await trial.weights();
    // They take a while to read, and what follows cannot be interrupted.
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
    // The heap of ONNX Runtime's WebAssembly stays, empty, until the worker ends: it never shrinks, and a worker
    // begun anew for that would have the next photo wait for the model.
    if (!isInUse) await opened.embedder.dispose();
  }
}
