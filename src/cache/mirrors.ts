import { bundleFile, bundleUrl } from '../browser/bundle-url.ts';

/** The same bundle at several URLs. The one that answered last is asked first, so that a host that is down costs once. */
export class Mirrors {
  readonly #bases: readonly string[];
  #last = 0;

  /** @param bases absolute URLs of the folders, at least one */
  constructor(bases: readonly string[]) {
    this.#bases = bases.map((base) => bundleUrl(base));
  }

  /**
   * @param file relative to the folder
   * @throws the error of the one that was asked first, if all fail
   */
  async ask<T>(file: string, work: (url: string) => Promise<T>): Promise<T> {
    const first = this.#last;
    let failure: unknown;
    for (let i = 0; i < this.#bases.length; i++) {
      const at = (first + i) % this.#bases.length;
      try {
        const answer = await work(bundleFile(this.#bases[at] as string, file));
        this.#last = at;
        return answer;
      } catch (error) {
        if (i === 0) failure = error;
      }
    }
    throw failure;
  }
}
