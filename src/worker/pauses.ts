/** Anything that works in the background begins in a pause and stops when the pause ends. */
export interface PauseSource {
  /** Resolves in a pause; the signal aborts when it ends. */
  pause(): Promise<AbortSignal>;
}

/** The times in which the visitor asks nothing. (`idleMs` of createSearch is another matter: it ends the worker.) */
export class Pauses implements PauseSource {
  readonly #quietMs: number;
  #calls = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The pause under way. */
  #pause: AbortController | null = null;
  #waiting: ((signal: AbortSignal) => void)[] = [];

  /** @param quietMs how long nothing must be asked before a pause begins */
  constructor(quietMs = 2000) {
    this.#quietMs = quietMs;
  }

  /**
   * A call begins, which ends the pause.
   * @returns to be called when the call has ended
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
