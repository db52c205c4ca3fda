/** Keeps the page for offline use after a search. A failure is reported by an event and does not affect the search. */
import type { Search } from '../client/api.ts';
import { loadOnDemand } from '../client/load-on-demand.ts';
import type { SearchResponse } from '../core/contract.ts';
import { emit } from './events.ts';
import { pictureUrl } from './results/picture.ts';
import type { Settings } from './settings.ts';

export class OfflineKeeper {
  readonly #element: HTMLElement;
  readonly #settings: Settings;
  readonly #search: () => Search;

  constructor(element: HTMLElement, settings: Settings, search: () => Search) {
    this.#element = element;
    this.#settings = settings;
    this.#search = search;
  }

  keep({ hits }: SearchResponse): void {
    const serviceWorker = this.#element.getAttribute('offline');
    if (!serviceWorker) return;
    const base = this.#settings.base();
    const visible = hits.flatMap(({ item }) => pictureUrl(item, base) ?? []);
    const search = this.#search();
    const keeping = loadOnDemand().then(({ keepOffline }) =>
      keepOffline({ serviceWorker, search, visible }),
    );
    keeping.then(
      (kept) => emit(this.#element, 'soutu-offline', { kept }),
      (error: Error) => emit(this.#element, 'soutu-offline', { kept: false, error }),
    );
  }
}
