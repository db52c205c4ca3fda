/** Bounds the pixels of the photos in memory: ten photos of a phone, or any number of small ones. */

interface Waiting {
  readonly pixels: number;
  readonly enter: () => void;
}

export class PixelBudget {
  readonly #most: number;
  #taken = 0;
  readonly #queue: Waiting[] = [];

  /** @param most pixels at a time; a single larger photo is admitted alone */
  constructor(most: number) {
    this.#most = most;
  }

  /** Resolves when there is room, in the order of calls. Call `release` with the same number afterwards. */
  take(pixels: number): Promise<void> {
    return new Promise((enter) => {
      this.#queue.push({ pixels, enter });
      this.#admit();
    });
  }

  release(pixels: number): void {
    this.#taken -= pixels;
    this.#admit();
  }

  #admit(): void {
    for (let next = this.#queue[0]; next; next = this.#queue[0]) {
      if (this.#taken > 0 && this.#taken + next.pixels > this.#most) return;
      this.#queue.shift();
      this.#taken += next.pixels;
      next.enter();
    }
  }
}
