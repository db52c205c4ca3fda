/**
 * How threads share the work of a step: its units are split into blocks, and each idle thread takes the next one.
 *
 *     control, i32    ticket  = step of the plan << 16 | next block of it
 *                     done    = blocks of the step that are computed
 *                     joined  = helper threads
 *
 * Step and block are one number that is exchanged atomically, so no thread can take a block of a step that has ended
 * in the meantime. The main thread opens a step when the previous one is done; helpers sleep until then. The main
 * thread takes blocks too, so a helper that never starts does no harm.
 */
import type { WasmMemory } from './wasm.ts';

export const CONTROL_BYTES = 64;

const TICKET = 0;
const DONE = 1;
const JOINED = 2;
/** Every step has fewer blocks than this. */
const NO_BLOCK = 0xffff;

export const stepOf = (ticket: number) => ticket >> 16;
export const blockOf = (ticket: number) => ticket & NO_BLOCK;

/** Spin this often before sleeping, because waking takes longer than most waits between two layers. */
const SPINS = 2000;

export class Blocks {
  readonly #control: Int32Array;

  /** @param memory already at its full size, because growing an unshared memory detaches its buffer */
  constructor(memory: WasmMemory) {
    this.#control = new Int32Array(memory.buffer, 0, CONTROL_BYTES / 4);
  }

  /** Number of helpers that have joined. */
  get joined(): number {
    return Atomics.load(this.#control, JOINED);
  }

  join(): void {
    Atomics.add(this.#control, JOINED, 1);
  }

  /** Resets to a state without work: before the first step, and while helpers join. */
  close(): void {
    Atomics.store(this.#control, TICKET, NO_BLOCK);
  }

  /** Call only when the previous step is done. */
  open(step: number): void {
    Atomics.store(this.#control, DONE, 0);
    Atomics.store(this.#control, TICKET, step << 16);
    if (this.joined > 0) Atomics.notify(this.#control, TICKET);
  }

  /**
   * @param blocksOf returns the number of blocks of a step
   * @returns a ticket for `stepOf` and `blockOf`; negative if all blocks are taken
   */
  take(blocksOf: (step: number) => number): number {
    const control = this.#control;
    for (;;) {
      const ticket = Atomics.load(control, TICKET);
      if (blockOf(ticket) >= blocksOf(stepOf(ticket))) return -1;
      if (Atomics.compareExchange(control, TICKET, ticket, ticket + 1) === ticket) return ticket;
    }
  }

  /** Takes the next block; waits for a step with blocks left if there is none. */
  takeNext(blocksOf: (step: number) => number): number {
    const control = this.#control;
    for (let spins = 0; ; spins++) {
      const seen = Atomics.load(control, TICKET);
      const ticket = this.take(blocksOf);
      if (ticket >= 0) return ticket;
      if (spins >= SPINS) {
        // Returns at once if a step was opened in the meantime.
        Atomics.wait(control, TICKET, seen);
        spins = 0;
      }
    }
  }

  /** Marks a taken block as computed. */
  finish(): void {
    Atomics.add(this.#control, DONE, 1);
    if (this.joined > 0) Atomics.notify(this.#control, DONE);
  }

  /**
   * Waits for the blocks that other threads have started.
   * @returns false on timeout
   */
  waitFor(blocks: number, patienceMs: number): boolean {
    const control = this.#control;
    for (let spins = 0; ; spins++) {
      const done = Atomics.load(control, DONE);
      if (done >= blocks) return true;
      if (spins < SPINS) continue;
      if (Atomics.wait(control, DONE, done, patienceMs) === 'timed-out') return false;
    }
  }
}
