/**
 * Makes the page work without a network from now on: registers the site's service worker and tells it what
 * this page has needed so far, before it was there to see it.
 */

import type { Search } from './api.ts';
import { savesData } from './saves-data.ts';
import { trusted } from './trusted.ts';

export interface OfflineOptions {
  /** URL of the service worker (`sw.js` of the build or of the package), at or above the page. */
  readonly serviceWorker: string;
  /** A search that has answered: its worker's scripts are kept, too. */
  readonly search: Search;
  /** Pictures that were shown. */
  readonly shown?: readonly string[];
}

/**
 * @returns false where this browser or page has no service workers (http, private windows)
 * @throws DOMException where the script is missing or its folder does not cover the page
 */
export async function keepOffline(options: OfflineOptions): Promise<boolean> {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return false;
  const url = new URL(options.serviceWorker, document.baseURI);
  await serviceWorker.register(trusted(url.href));
  const { shown = [] } = options;
  const { scripts, thumbs } = await options.search.offlineFiles();
  const { active } = await serviceWorker.ready;
  if (!active) return false;
  const answer = new MessageChannel();
  const kept = new Promise<void>((resolve) => {
    answer.port1.onmessage = () => resolve();
  });
  const message = {
    type: 'soutu-keep',
    files: [location.href, ...scriptsAndStyles(), ...scripts],
    thumbs: [...shown, ...(savesData() ? [] : thumbs)],
  };
  active.postMessage(message, [answer.port2]);
  await kept;
  return true;
}

/** The page's own files; what the browser fetched for other reasons is not needed to open it again. */
function scriptsAndStyles(): string[] {
  return performance
    .getEntriesByType('resource')
    .filter((entry) =>
      ['script', 'link', 'css', 'other'].includes(
        (entry as PerformanceResourceTiming).initiatorType,
      ),
    )
    .map(({ name }) => name)
    .filter((name) => /\.(m?js|css|wasm)($|\?)/.test(name));
}

/** Unregisters our service workers and deletes what they have kept. */
export async function forgetOffline(): Promise<void> {
  // Only in secure contexts.
  if (!('caches' in globalThis)) return;
  const names = await caches.keys();
  const ours = names.filter((name) => name.startsWith('soutu-'));
  await Promise.all(ours.map((name) => caches.delete(name)));
}
