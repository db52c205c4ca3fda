/** Measures the seconds of each stage of a build, to three digits. */
export class Stopwatch {
  readonly seconds: Record<string, number> = {};
  #last = performance.now();

  /** Adds the time since the last lap to this stage. */
  lap(stage: string): void {
    const now = performance.now();
    this.seconds[stage] = Math.round(now - this.#last) / 1000;
    this.#last = now;
  }
}
