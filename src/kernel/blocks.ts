/**
 * How threads share the work of a step: its units are cut into blocks, and whoever is free takes the next one.
 *
 *     control, i32    ticket  = step of the plan << 16 | next block of it
 *                     done    = blocks of the step that are computed
 *                     joined  = threads that help
 *
 * Step and block are one number, exchanged at once, so that nobody can take a block of a step that has ended
 * meanwhile. The thread that leads opens a step when the one before is done; the others sleep until then. It takes
 * blocks itself, so a thread that never comes is not missed.
 */
import type { WasmMemory } from './wasm.ts';

export const CONTROL_BYTES = 64;

const TICKET = 0;
const DONE = 1;
const JOINED = 2;
/** A step has fewer blocks. */
const NO_BLOCK = 0xffff;

export const stepOf = (ticket: number) => ticket >> 16;
export const blockOf = (ticket: number) => ticket & NO_BLOCK;

/** Looks so often before it sleeps: waking takes longer than most waits between two layers. */
const SPINS = 2000;

export class Blocks {
  readonly #control: Int32Array;

  /** @param memory has its full size: where it is not shared, growing takes the buffer away */
  constructor(memory: WasmMemory) {
    this.#control = new Int32Array(memory.buffer, 0, CONTROL_BYTES / 4);
  }

  /** Threads that have come to help. */
  get joined(): number {
    return Atomics.load(this.#control, JOINED);
  }

  join(): void {
    Atomics.add(this.#control, JOINED, 1);
  }

  /** Nothing is to be done: before the first step, and while threads come. */
  close(): void {
    Atomics.store(this.#control, TICKET, NO_BLOCK);
  }

  /** Only when the step before is done. */
  open(step: number): void {
    Atomics.store(this.#control, DONE, 0);
    Atomics.store(this.#control, TICKET, step << 16);
    if (this.joined > 0) Atomics.notify(this.#control, TICKET);
  }

  /**
   * @param blocksOf how many blocks a step has
   * @returns a ticket, for `stepOf` and `blockOf`; negative where all are taken
   */
  take(blocksOf: (step: number) => number): number {
    const control = this.#control;
    for (;;) {
      const ticket = Atomics.load(control, TICKET);
      if (blockOf(ticket) >= blocksOf(stepOf(ticket))) return -1;
      if (Atomics.compareExchange(control, TICKET, ticket, ticket + 1) === ticket) return ticket;
    }
  }

  /** As `take`, but waits for a step that has blocks left. */
  takeNext(blocksOf: (step: number) => number): number {
    const control = this.#control;
    for (let spins = 0; ; spins++) {
      const seen = Atomics.load(control, TICKET);
      const ticket = this.take(blocksOf);
      if (ticket >= 0) return ticket;
      if (spins >= SPINS) {
        // Returns at once where a step was opened since.
        Atomics.wait(control, TICKET, seen);
        spins = 0;
      }
    }
  }

  /** A block that was taken is computed. */
  finish(): void {
    Atomics.add(this.#control, DONE, 1);
    if (this.joined > 0) Atomics.notify(this.#control, DONE);
  }

  /**
   * Waits for the blocks that others have begun.
   * @returns false where they do not come to their end
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
