/** The main thread and its helpers. The result does not depend on which thread computes which block. */
import { Blocks } from './blocks.ts';
import { computeBlock, type KernelExports } from './calls.ts';
import { blocksOf, type Plan } from './plan.ts';
import type { ThreadStart } from './thread.ts';
import type { WasmMemory, WasmModule } from './wasm.ts';

/** Starts threads; how depends on the environment. A thread calls `help` (thread.ts) with its arguments. */
export interface Threads {
  /** Number of threads, including the main thread; at least 1. */
  readonly count: number;
  readonly start: (start: ThreadStart) => Helper;
  /** Timeout for the blocks of helpers, which normally take milliseconds. Default 10 seconds. */
  readonly patienceMs?: number;
}

export interface Helper {
  terminate(): unknown;
}

const PATIENCE_MS = 10_000;

export class Team {
  readonly #exports: KernelExports;
  readonly #plan: Plan;
  readonly #blocks: Blocks;
  readonly #counts: (step: number) => number;
  #helpers: Helper[] = [];
  #patienceMs = PATIENCE_MS;

  constructor(exports: KernelExports, plan: Plan, memory: WasmMemory) {
    this.#exports = exports;
    this.#plan = plan;
    this.#counts = blocksOf(plan.steps);
    this.#blocks = new Blocks(memory);
    this.#blocks.close();
  }

  /** Helpers join as soon as they have started; nothing waits for them. */
  gather({ start, patienceMs }: Threads, module: WasmModule, memory: WasmMemory): void {
    const { steps, scratch } = this.#plan;
    this.#patienceMs = patienceMs ?? PATIENCE_MS;
    for (const own of scratch.slice(1)) {
      try {
        this.#helpers.push(start({ module, memory, steps, scratch: own }));
      } catch {
        // The work completes without a helper that cannot be started.
        return;
      }
    }
  }

  /** Number of computing threads. */
  get threads(): number {
    return this.#helpers.length > 0 ? 1 + this.#blocks.joined : 1;
  }

  /**
   * @returns false if a helper did not finish its block in time. All helpers are then terminated, but browsers let a
   * busy worker run for seconds, so the memory must not be used again.
   */
  run(step: number): boolean {
    const blocks = this.#blocks;
    blocks.open(step);
    for (;;) {
      const ticket = blocks.take(this.#counts);
      if (ticket < 0) break;
      computeBlock(this.#exports, this.#plan.steps, ticket, this.#plan.scratch[0] as number);
      blocks.finish();
    }
    if (blocks.waitFor(this.#counts(step), this.#patienceMs)) return true;
    this.disband();
    return false;
  }

  disband(): void {
    for (const helper of this.#helpers) helper.terminate();
    this.#helpers = [];
  }
}
