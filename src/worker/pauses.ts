/** Background work starts in a pause and stops when the pause ends. */
export interface PauseSource {
  /** Resolves in a pause; the signal aborts when it ends. */
  pause(): Promise<AbortSignal>;
}

/** Detects pauses, the times without a call. (Unrelated to `idleMs` of createSearch, which ends the worker.) */
export class Pauses implements PauseSource {
  readonly #quietMs: number;
  #calls = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The current pause. */
  #pause: AbortController | null = null;
  #waiting: ((signal: AbortSignal) => void)[] = [];

  /** @param quietMs time without a call before a pause begins */
  constructor(quietMs = 2000) {
    this.#quietMs = quietMs;
  }

  /**
   * Registers the start of a call, which ends the pause.
   * @returns a function to call when the call has ended
   */
  begin(): () => void {
    this.#calls++;
    clearTimeout(this.#timer);
    this.#pause?.abort(new DOMException('A search has begun.', 'AbortError'));
    this.#pause = null;
    return () => {
      this.#calls--;
      this.#schedule();
    };
  }

  pause(): Promise<AbortSignal> {
    return new Promise((resolve) => {
      if (this.#pause) return resolve(this.#pause.signal);
      this.#waiting.push(resolve);
      this.#schedule();
    });
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#calls > 0 || this.#waiting.length === 0) return;
    this.#timer = setTimeout(() => {
      const pause = new AbortController();
      this.#pause = pause;
      for (const resolve of this.#waiting.splice(0)) resolve(pause.signal);
    }, this.#quietMs);
  }
}
