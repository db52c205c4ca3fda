/** Keeps the page for offline use after a search. A failure is reported by an event and does not affect the search. */
import type { Search } from '../client/api.ts';
import { loadOnDemand } from '../client/load-on-demand.ts';
import type { SearchResponse } from '../core/contract.ts';
import { emit } from './emit.ts';
import { pictureUrl } from './results/picture.ts';
import type { Settings } from './settings.ts';

export interface OfflineKeeperHost {
  readonly search: () => Search;
  /** Loads the scripts that the element needs offline as well. */
  readonly scripts: (response: SearchResponse) => Promise<unknown>;
}

export class OfflineKeeper {
  readonly #element: HTMLElement;
  readonly #settings: Settings;
  readonly #host: OfflineKeeperHost;

  constructor(element: HTMLElement, settings: Settings, host: OfflineKeeperHost) {
    this.#element = element;
    this.#settings = settings;
    this.#host = host;
  }

  keep(response: SearchResponse): void {
    const serviceWorker = this.#element.getAttribute('offline');
    if (!serviceWorker) return;
    const base = this.#settings.base();
    const visible = response.hits.flatMap(({ item }) => pictureUrl(item, base) ?? []);
    const search = this.#host.search();
    const scripts = this.#host.scripts(response);
    const keeping = Promise.all([loadOnDemand(), scripts]).then(([{ keepOffline }]) =>
      keepOffline({ serviceWorker, search, visible }),
    );
    keeping.then(
      (kept) => emit(this.#element, 'soutu-offline', { kept }),
      (error: Error) => emit(this.#element, 'soutu-offline', { kept: false, error }),
    );
  }
}
