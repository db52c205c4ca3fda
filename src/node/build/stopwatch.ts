/** Seconds of each stage of a build, to three digits. */
export class Stopwatch {
  readonly seconds: Record<string, number> = {};
  #last = performance.now();

  /** The time since the last lap belongs to this stage. */
  lap(stage: string): void {
    const now = performance.now();
    this.seconds[stage] = Math.round(now - this.#last) / 1000;
    this.#last = now;
  }
}
