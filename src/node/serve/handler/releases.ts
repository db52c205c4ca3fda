/**
 * The release that answers, and the retriever pinned to it. Every search uses one release from begin to end; a release
 * that was replaced is disposed of when its last search has ended.
 *
 *     current() ─ at most every `refreshMs`, beside the searches ─▶ another release? ─▶ open it ─▶ next searches
 *         ╰ ReleaseGoneError in a search: it waits for the look
 *
 * While a look fails (the store is away, a build is being copied), the release in hand goes on answering.
 */
import {
  parseReleaseManifest,
  type ReleaseManifest,
} from '../../../core/bundle/release-manifest.ts';
import { spaceOf } from '../../../core/bundle/space-of.ts';
import { ReleaseGoneError, SoutuError } from '../../../core/errors.ts';
import type { Space } from '../../../core/vector/space.ts';
import type { Retriever } from '../../../engine/retriever.ts';
import type { ReleaseInfo, Store } from '../../stores/store.ts';
import { HttpError } from './http-error.ts';

export interface OpenRelease {
  readonly info: ReleaseInfo;
  readonly manifest: ReleaseManifest;
  readonly space: Space;
  readonly retriever: Retriever;
}

interface Held {
  readonly release: OpenRelease;
  users: number;
  replaced: boolean;
}

/** How often a release may be named by a store that does not have it. */
const TRIES = 3;

export class Releases {
  readonly #store: Store;
  readonly #refreshMs: number;
  #held: Held | null = null;
  #checkedAt = Number.NEGATIVE_INFINITY;
  #looking: Promise<Held> | null = null;

  constructor(store: Store, refreshMs: number) {
    this.#store = store;
    this.#refreshMs = refreshMs;
  }

  /** For metrics; null before the first search. */
  get known(): ReleaseInfo | null {
    return this.#held?.release.info ?? null;
  }

  /**
   * @param work is called again if its release was dropped meanwhile (three times for one release), or once if the query is of
   * another release (HTTP 409)
   * @throws HttpError 503 if nothing was published; the signal's reason; errors of the store and of `work`
   */
  async use<T>(work: (release: OpenRelease) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const attempts = new Map<string, number>();
    for (;;) {
      signal?.throwIfAborted();
      const held = await this.#current();
      held.users++;
      try {
        return await work(held.release);
      } catch (error) {
        const { release } = held.release.info;
        const times = (attempts.get(release) ?? 0) + 1;
        // The query may be of a release that was published since the last look.
        const isOther = error instanceof HttpError && error.status === 409 && times === 1;
        // A look that began before the swap may give the dropped release once more. A store that keeps naming it is broken.
        const isGone = error instanceof ReleaseGoneError && times < TRIES;
        if (!isOther && !isGone) throw error;
        attempts.set(release, times);
        if (this.#held === held) this.#checkedAt = Number.NEGATIVE_INFINITY;
      } finally {
        held.users--;
        disposeUnused(held);
      }
    }
  }

  close(): void {
    if (this.#held) this.#replace(this.#held);
    this.#held = null;
  }

  async #current(): Promise<Held> {
    const isForced = this.#checkedAt === Number.NEGATIVE_INFINITY;
    if (this.#held && performance.now() - this.#checkedAt < this.#refreshMs) return this.#held;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    if (!this.#held || isForced) return this.#looking;
    this.#looking.catch(() => undefined);
    return this.#held;
  }

  /**
   * For health checks: looks at the store now.
   * @throws errors of the store
   */
  async check(): Promise<ReleaseInfo> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    try {
      return (await this.#looking).release.info;
    } catch (error) {
      const isAway = error instanceof SoutuError && error.name === 'StoreError';
      // A folder whose next build is being copied goes on answering from the one before.
      if (isAway || !this.#held) throw error;
      return this.#held.release.info;
    }
  }

  async #look(): Promise<Held> {
    try {
      return await this.#newest();
    } finally {
      this.#checkedAt = performance.now();
    }
  }

  async #newest(): Promise<Held> {
    const attempts = new Map<string, number>();
    for (;;) {
      const info = await this.#store.current();
      if (!info) {
        throw new HttpError(
          503,
          'no-release',
          'This store has no published release. Publish one: soutu push DIR --to URL',
        );
      }
      const before = this.#held;
      if (before?.release.info.release !== info.release) {
        try {
          this.#held = { release: await this.#open(info), users: 0, replaced: false };
        } catch (error) {
          const times = (attempts.get(info.release) ?? 0) + 1;
          if (!(error instanceof ReleaseGoneError) || times === TRIES) throw error;
          // Replaced and dropped between the two requests.
          attempts.set(info.release, times);
          continue;
        }
        if (before) this.#replace(before);
      }
      return this.#held as Held;
    }
  }

  async #open(info: ReleaseInfo): Promise<OpenRelease> {
    const where = `${this.#store.label}, release ${info.release}`;
    const manifest = parseReleaseManifest(info.manifest, where);
    return {
      info,
      manifest,
      space: spaceOf(manifest),
      retriever: await this.#store.retriever(info),
    };
  }

  #replace(held: Held): void {
    held.replaced = true;
    disposeUnused(held);
  }
}

function disposeUnused({ users, replaced, release }: Held): void {
  if (replaced && users === 0) release.retriever.dispose();
}
