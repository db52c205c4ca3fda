import { MissingFileError, messageOf, SoutuError } from '../../core/errors.ts';
import { withTimeout } from '../../core/timeout.ts';
import type { Lack } from '../retriever.ts';

/**
 * Files that are read at the same time. A file's clock starts with its wave, so that it never waits for hundreds of others
 * on a slow line; 32 files are about 0.6 MB.
 */
export const WAVE_FILES = 32;

export interface ReadLimits {
  /** Milliseconds after which an answer no longer waits for a file. */
  readonly slowMs: number;
  /** Whether another release has replaced this one, so that its files may be gone. */
  isReplaced(): Promise<boolean>;
  /** Throws if the search has to end. */
  check(): void;
}

/** Files of shards, or all that a filter's postings need. */
export type ReadRole = 'coarse' | 'fine' | 'postings';

/** Reads the files of one search in waves and counts those that fail. */
export class PartReads {
  readonly #limits: ReadLimits;
  readonly #asked = new Set<string>();
  readonly #failed = new Set<string>();
  /** What the first file failed with; null if none did. */
  first: unknown = null;

  constructor(limits: ReadLimits) {
    this.#limits = limits;
  }

  /** Files that could not be read; null if there are none. A file counts once, however often it is used. */
  get lack(): Lack | null {
    const failed = this.#failed.size;
    return failed === 0 ? null : { failed, asked: this.#asked.size, reason: messageOf(this.first) };
  }

  hasFailed(role: ReadRole, index: number): boolean {
    return this.#failed.has(role + index);
  }

  /**
   * Each file is read on its own: one that fails or takes too long is counted and left out.
   * @param load returns what is done with the result in order of `indices`, so that answers are the same
   * @throws MissingFileError if another release has replaced this one; errors of `check`
   */
  async each(
    role: ReadRole,
    indices: readonly number[],
    load: (index: number) => Promise<() => void>,
  ): Promise<void> {
    const { slowMs, isReplaced, check } = this.#limits;
    for (let at = 0; at < indices.length; at += WAVE_FILES) {
      const wave = indices.slice(at, at + WAVE_FILES);
      const tooSlow = (index: number) =>
        new SoutuError(
          'NetworkError',
          `Shard ${index} took longer than ${slowMs / 1000} s to load.`,
        );
      // Postings are several files, each of which has a clock of its own.
      const limited = (index: number) =>
        role === 'postings' ? load(index) : withTimeout(load(index), slowMs, () => tooSlow(index));
      const results = await Promise.allSettled(wave.map(limited));
      check();
      let missing: unknown = null;
      results.forEach((result, i) => {
        const file = role + (wave[i] as number);
        this.#asked.add(file);
        if (result.status === 'fulfilled') result.value();
        else {
          this.#failed.add(file);
          this.first ??= result.reason;
          if (result.reason instanceof MissingFileError) missing = result.reason;
        }
      });
      if (missing && (await isReplaced())) throw missing;
    }
  }
}
