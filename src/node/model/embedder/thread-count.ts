/** Chooses the number of threads that embed photos. */
import { availableParallelism } from 'node:os';
import type { ModelSpec } from '../../../core/model/spec.ts';
import { multiplicationsOf, planKernel } from '../../../kernel/plan.ts';

export interface Machine {
  readonly cores: number;
  /** Free memory in bytes, capped by the limits that the system sets for this process. */
  readonly freeBytes: number;
}

const thisMachine = (): Machine => ({
  cores: availableParallelism(),
  freeBytes: process.availableMemory(),
});

/**
 * The least work that justifies a thread, in multiplications: what the kernel does in 0.4 s, the time a thread
 * takes to start from source. Measured: two threads win from 4 photos with VGG16, and from 60 to 90 with vgg16-lite
 * 1, which had one view and 0.4 times the work per photo.
 */
const WORK_OF_A_THREAD = 7e9;
/** Measured: a thread's JavaScript heap, plus its queued photos of 12 megapixels. */
const BYTES_OF_A_THREAD = 180e6;

/**
 * Returns the number of cores; less if a thread would have too little work, or if the threads would take more
 * than half of the free memory. Returns 1 if the kernel cannot run the model: ONNX Runtime has its own threads.
 * @param photos number of photos to embed
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
