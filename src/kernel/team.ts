/** The thread that runs a picture, and those that help it: the same blocks, whoever computes them. */
import { Blocks } from './blocks.ts';
import { computeBlock, type KernelExports } from './calls.ts';
import { blocksOf, type Plan } from './plan.ts';
import type { ThreadStart } from './thread.ts';
import type { WasmMemory, WasmModule } from './wasm.ts';

/** How the environment starts a thread, which then calls `help` (thread.ts) with what it is given. */
export interface Threads {
  /** With the one that leads; at least 1. */
  readonly count: number;
  readonly start: (start: ThreadStart) => Helper;
  /** A block takes milliseconds; who takes longer is not waited for. Default 10 seconds. */
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

  /** They help as soon as they have come; nobody waits for them. */
  gather({ start, patienceMs }: Threads, module: WasmModule, memory: WasmMemory): void {
    const { steps, scratch } = this.#plan;
    this.#patienceMs = patienceMs ?? PATIENCE_MS;
    for (const own of scratch.slice(1)) {
      try {
        this.#helpers.push(start({ module, memory, steps, scratch: own }));
      } catch {
        // One that cannot be started is missed as little as one that never comes.
        return;
      }
    }
  }

  /** How many compute. */
  get threads(): number {
    return this.#helpers.length > 0 ? 1 + this.#blocks.joined : 1;
  }

  /**
   * @returns false where a thread has not done its block in time. All are ended then; but browsers let a busy one
   * go on for seconds, so the memory is not to be used again.
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
