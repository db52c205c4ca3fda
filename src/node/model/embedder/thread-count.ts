/** On how many threads photos are embedded. */
import { availableParallelism } from 'node:os';
import type { ModelSpec } from '../../../core/model/spec.ts';
import { multiplicationsOf, planKernel } from '../../../kernel/plan.ts';

export interface Machine {
  readonly cores: number;
  /** What processes may still take, within the limits that the system sets to this one. */
  readonly freeBytes: number;
}

const thisMachine = (): Machine => ({
  cores: availableParallelism(),
  freeBytes: process.availableMemory(),
});

/**
 * Multiplications that the kernel does in 0.4 s: from the source a thread takes so long to start, so much work
 * must it have. Measured: two threads win from 4 photos with VGG16, from 60 to 90 with vgg16-lite.
 */
const WORK_OF_A_THREAD = 7e9;
/** Measured: JavaScript's own memory of a thread, and photos of 12 million pixels on their way. */
const BYTES_OF_A_THREAD = 180e6;

/**
 * As many as there are cores; fewer where a thread would have little to do, or where threads would take more
 * than half of the free memory. One for a model that is not the kernel's: ONNX Runtime has threads of its own.
 * @param photos how many there are to embed
 */
export function threadsFor(
  spec: ModelSpec,
  photos: number,
  { cores, freeBytes }: Machine = thisMachine(),
): number {
  if (spec.family !== 'vgg-stack') return 1;
  const plan = planKernel(spec);
  const worth = Math.floor((photos * multiplicationsOf(plan)) / WORK_OF_A_THREAD);
  const bytes = plan.memoryBytes + BYTES_OF_A_THREAD;
  const roomy = Math.floor(freeBytes / 2 / bytes);
  return Math.max(1, Math.min(cores, photos, worth, roomy));
}
