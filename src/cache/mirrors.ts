import { bundleFile, bundleUrl } from '../browser/bundle-url.ts';
import type { Patience } from './fetch-asset.ts';

/** While there is another host, one that fails is not asked again, and one that is silent is left before a search gives up. */
const IMPATIENT: Patience = { retryMs: [], stallMs: 4000 };

/** Several URLs of one bundle. The one that answered last is asked first, so that a host that is down costs once. */
export class Mirrors {
  readonly #bases: readonly string[];
  #last = 0;

  /** @param bases absolute URLs of the folders, at least one */
  constructor(bases: readonly string[]) {
    this.#bases = bases.map((base) => bundleUrl(base));
  }

  /**
   * @param file relative to the folder
   * @param work `patience` is given while there is another host to ask
   * @throws the error of the one that was asked first, if all fail; that of a cancelled download at once
   */
  async ask<T>(file: string, work: (url: string, patience?: Patience) => Promise<T>): Promise<T> {
    const first = this.#last;
    let failure: unknown;
    for (let i = 0; i < this.#bases.length; i++) {
      const at = (first + i) % this.#bases.length;
      try {
        const isLast = i === this.#bases.length - 1;
        const url = bundleFile(this.#bases[at] as string, file);
        const answer = await (isLast ? work(url) : work(url, IMPATIENT));
        this.#last = at;
        return answer;
      } catch (error) {
        if ((error as Error).name === 'AbortError') throw error;
        if (i === 0) failure = error;
      }
    }
    throw failure;
  }
}
