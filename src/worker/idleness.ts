/** Tells what works in a visitor's pauses when to begin, and when to stop. */
export class Idleness {
  readonly #quietMs: number;
  #calls = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** While nothing is asked, and nothing was for a while. */
  #pause: AbortController | null = null;
  #waiting: ((signal: AbortSignal) => void)[] = [];

  /** @param quietMs without a call, before a visitor counts as busy with something else */
  constructor(quietMs = 2000) {
    this.#quietMs = quietMs;
  }

  /**
   * A call begins: what works in the pause is to stop.
   * @returns its end
   */
  begin(): () => void {
    this.#calls++;
    clearTimeout(this.#timer);
    this.#pause?.abort(new DOMException('A search has begun.', 'AbortError'));
    this.#pause = null;
    return () => {
      this.#calls--;
      this.#expect();
    };
  }

  /** Resolves in a pause; the signal tells its end. */
  pause(): Promise<AbortSignal> {
    return new Promise((resolve) => {
      if (this.#pause) return resolve(this.#pause.signal);
      this.#waiting.push(resolve);
      this.#expect();
    });
  }

  #expect(): void {
    clearTimeout(this.#timer);
    if (this.#calls > 0 || this.#waiting.length === 0) return;
    this.#timer = setTimeout(() => {
      const pause = new AbortController();
      this.#pause = pause;
      for (const resolve of this.#waiting.splice(0)) resolve(pause.signal);
    }, this.#quietMs);
  }
}
