/** A helper thread. It computes blocks in the shared memory until it is terminated. */
import { Blocks } from './blocks.ts';
import { computeBlock, type KernelExports } from './calls.ts';
import { blocksOf, type Step } from './plan.ts';
import { type WasmMemory, type WasmModule, wasm } from './wasm.ts';

/** The arguments of a thread; they survive structured cloning. */
export interface ThreadStart {
  readonly module: WasmModule;
  readonly memory: WasmMemory;
  readonly steps: readonly Step[];
  /** This thread's own scratch buffer. */
  readonly scratch: number;
}

/** Never returns. The thread sleeps while there is no work. */
export async function help({ module, memory, steps, scratch }: ThreadStart): Promise<never> {
  const instance = await wasm?.instantiate(module, { env: { memory } });
  const exports = instance?.exports as KernelExports;
  const blocks = new Blocks(memory);
  const counts = blocksOf(steps);
  blocks.join();
  for (;;) {
    computeBlock(exports, steps, blocks.takeNext(counts), scratch);
    blocks.finish();
  }
}
