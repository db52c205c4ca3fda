/**
 * Makes the page work offline: registers the site's service worker and sends it the URLs of the files that the
 * page loaded before the service worker was active.
 */

import { trusted } from '../../browser/own-script.ts';
import type { OfflineLimit } from '../../browser/worker-api.ts';
import { SoutuError } from '../../core/errors.ts';
import type { Search } from '../api.ts';
import { savesData } from '../connection/saves-data.ts';

export interface OfflineOptions {
  /** URL of the service worker (`sw.js` of the build or of the package), at or above the page. */
  readonly serviceWorker: string;
  /** A search that has already succeeded; its worker's scripts are cached too. */
  readonly search: Search;
  /** Absolute URLs of the thumbnails that are visible. */
  readonly visible?: readonly string[];
}

/** The service worker reports every few seconds while it works; the system may kill it at any time. */
const SILENCE_MS = 30_000;

/**
 * @returns false if service workers are unavailable (http, private windows)
 * @throws DOMException if the script is missing; SoutuError `UsageError` if its scope does not cover the page;
 * SoutuError `StorageError` if the device is full or the service worker does not respond; SoutuError `UsageError` if the
 * page was cached, but cannot search everything offline: its index is in parts and large, or a service searches
 */
export async function keepOffline(
  options: OfflineOptions,
  silenceMs = SILENCE_MS,
): Promise<boolean> {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return false;
  const { search, visible = [] } = options;
  const url = new URL(options.serviceWorker, document.baseURI);
  const registration = await registered(url.href);
  if (!location.href.startsWith(registration.scope)) {
    throw new SoutuError(
      'UsageError',
      `The service worker ${url.href} keeps pages below ${registration.scope} only, and this page is ` +
        `${location.href}. Put the script into the page's folder or one above it.`,
    );
  }
  const active = await activeOf(registration).catch((error: unknown) => {
    // Lets the next call register it again.
    begun.delete(url.href);
    throw error;
  });
  const { scripts, thumbs, limit } = await search.offlineFiles();
  const message = {
    type: 'soutu-keep',
    page: location.href,
    // A worker started from a bundler's script has a blob: URL.
    files: [...scriptsAndStyles(), ...scripts].filter((url) => /^https?:/.test(url)),
    visible,
    others: savesData() ? [] : thumbs,
  };
  const { failure } = await ask(active, message, silenceMs);
  if (failure !== undefined) throw notKept(failure);
  if (!limit || (limit === 'parts' && (await keepsIndex(search)))) return true;
  throw new SoutuError('UsageError', LIMITS[limit]);
}

const LIMITS: Readonly<Record<OfflineLimit, string>> = {
  parts:
    'Offline, this page can only repeat earlier searches, because the device has only a part of the index. The rest is downloaded ' +
    'only if the index is smaller than 8 MB, no other bundle is searched with it, the device has room for it, and the visitor does ' +
    'not save data. Build with --index codes for a site that must work offline.',
  service:
    'This page opens offline, but it cannot search there: a service answers its searches. Leave out "remote" for a site ' +
    'that must work offline.',
};

/** How often the page asks whether the index is on the device. */
const ASK_MS = 2000;
/** One question for all calls: the page keeps itself after each search. */
const asking = new WeakMap<Search, Promise<boolean>>();

function keepsIndex(search: Search): Promise<boolean> {
  const known = asking.get(search);
  if (known) return known;
  const answer = untilKept(search).finally(() => asking.delete(search));
  asking.set(search, answer);
  return answer;
}

async function untilKept(search: Search): Promise<boolean> {
  for (;;) {
    const kept = await search.keepIndex();
    if (kept !== 'loading') return kept === 'whole';
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
  }
}

function ask(
  worker: ServiceWorker,
  message: object,
  silenceMs: number,
): Promise<{ readonly failure?: string }> {
  const { port1, port2 } = new MessageChannel();
  let timer: ReturnType<typeof setTimeout> | undefined;
  return new Promise<{ readonly failure?: string }>((resolve) => {
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(
        () => resolve({ failure: 'its service worker does not respond' }),
        silenceMs,
      );
    };
    port1.onmessage = ({ data }) => ('working' in data ? wait() : resolve(data));
    wait();
    worker.postMessage(message, [port2]);
  }).finally(() => {
    clearTimeout(timer);
    port1.close();
  });
}

/** Script URL → registration. Chromium queues a job per call to `register`; rapid searches would pile them up. */
const begun = new Map<string, Promise<ServiceWorkerRegistration>>();

function registered(url: string): Promise<ServiceWorkerRegistration> {
  const before = begun.get(url);
  if (before) return before;
  const registration = navigator.serviceWorker.register(trusted(url));
  begun.set(url, registration);
  registration.catch(() => begun.delete(url));
  return registration;
}

/** Not `ready`, which never settles if the service worker cannot be installed. */
async function activeOf({ active, waiting, installing }: ServiceWorkerRegistration) {
  const worker = active ?? waiting ?? installing;
  if (!worker) throw notKept('its service worker was removed');
  while (worker.state !== 'activated') {
    if (worker.state === 'redundant') throw notKept('its service worker could not be installed');
    await new Promise((resolve) => {
      worker.addEventListener('statechange', resolve, { once: true });
    });
  }
  return worker;
}

function notKept(reason: string): SoutuError {
  return new SoutuError(
    'StorageError',
    `This page could not be saved for offline use (${reason}). The device may be full, or the connection lost. ` +
      'Online searches still work.',
  );
}

/** The page's scripts and styles; other resources are not needed to open it again. */
function scriptsAndStyles(): string[] {
  return performance
    .getEntriesByType('resource')
    .filter((entry) =>
      ['script', 'link', 'css', 'other'].includes(
        (entry as PerformanceResourceTiming).initiatorType,
      ),
    )
    .map(({ name }) => name)
    .filter((name) => /\.(m?js|css)($|\?)/.test(name));
}

/** Deletes everything that our service workers have cached, and unregisters them; leaves other service workers. */
export async function forgetOffline(): Promise<void> {
  begun.clear();
  const registrations = (await navigator.serviceWorker?.getRegistrations()) ?? [];
  // Other service workers ignore this message type.
  for (const { active } of registrations) active?.postMessage({ type: 'soutu-forget' });
  // Undefined outside secure contexts.
  if (!('caches' in globalThis)) return;
  const names = await caches.keys();
  const ours = names.filter((name) => name.startsWith('soutu-'));
  await Promise.all(ours.map((name) => caches.delete(name)));
}
