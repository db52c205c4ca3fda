/** Saves the photos of one element's searches for Back and reload, one at a time in the background. */
import type { SavedPhoto } from '../../client/history/saved-photo.ts';
import { loadOnDemand } from '../../client/load-on-demand.ts';
import type { SearchResponse } from '../../core/contract.ts';
import type { MarkOf } from '../recent/past-searches.ts';
import { partsOf, type Subject } from '../subject.ts';

export class SavedPhotos {
  #last: Promise<void> = Promise.resolve();
  /** Whether a photo has been saved or looked for, so that the device may have some. */
  #used = false;
  #visible = new Set<Blob>();
  /** Photos that the visitor had deleted while they were visible; they are not saved again. */
  readonly #forgotten = new WeakSet<Blob>();

  /**
   * Saves the photos of a search that has succeeded. A failure is ignored: Back then shows the page without it.
   * @param bundle absolute URL of the bundle's folder
   */
  keep(subject: Subject, response: SearchResponse, bundle: string, markOf: MarkOf): void {
    const { vector, parts, model, soft } = response;
    for (const [i, { of }] of partsOf(subject).entries()) {
      const plain = subject.kind === 'several' ? parts?.[i]?.vector : vector;
      const mark = of.kind === 'photo' ? markOf(of.blob) : null;
      if (of.kind !== 'photo' || !plain || mark === null) continue;
      const { blob: photo, view, things } = of;
      this.#visible = i === 0 ? new Set([photo]) : this.#visible.add(photo);
      if (this.#forgotten.has(photo)) continue;
      this.#later(async () => {
        const { savePhoto } = await loadOnDemand();
        if (this.#forgotten.has(photo)) return;
        this.#used = true;
        const at = Date.now();
        const seen = { view, vector: plain, soft, model, ...(things && { things }) };
        await savePhoto({ mark, bundle, photo, ...seen, at });
      });
    }
  }

  /** The saved photos among those with these marks; none if storage is blocked. */
  async find(marks: readonly string[], bundle: string): Promise<readonly SavedPhoto[]> {
    try {
      this.#used = true;
      const { findPhoto } = await loadOnDemand();
      const found = await Promise.all(marks.map((mark) => findPhoto(mark, bundle)));
      return found.filter((saved) => saved !== null);
    } catch {
      return [];
    }
  }

  /**
   * Deletes the photos of all elements of the origin, including those still being saved.
   * @throws SoutuError `StorageError` if the device still has some of them
   */
  async clear(): Promise<void> {
    for (const photo of this.#visible) this.#forgotten.add(photo);
    await this.#last;
    // Otherwise this page has neither written nor read any, and must not fail because storage is blocked.
    if (!this.#used) return;
    const { forgetPhotos } = await loadOnDemand();
    await forgetPhotos();
  }

  #later(work: () => Promise<void>): void {
    this.#last = this.#last.then(work).catch(() => undefined);
  }
}
