/**
 * The service worker of a site: after the first successful search the page works offline. It ignores
 * the bundle's own files: the search's worker stores them in IndexedDB, verified by hash.
 *
 *     page          network first; its own stored copy if the network fails or takes over 3 s      pages.ts
 *     its files     the same, for pages not written by the build                                    pages.ts
 *     shell         scripts and styles of the build's page: stored whole at install, cache first    shell.ts
 *     thumbnails    cache first; stored as they appear, within a budget, oldest deleted first       thumbs.ts
 *     POST share    a photo from another app, handed to the page                                    share.ts
 *
 * Rules that hold for all of it:
 *
 * - A copy is served only for the URL it was stored under. No page replaces another.
 * - The network wins whenever it responds in time. A failed cache write (full, `Vary: *`) has no effect on responses.
 * - Only the site's own files are stored: not the page of a captive portal, nor HTML in place of a script.
 * - Everything is bounded: 30 pages with their files, one shell, 8 MB of thumbnails.
 */
import { isOfTheBundle } from './bundle-file.ts';
import { comeBack, forget, isForgotten } from './forget.ts';
import { deleteOldPages, fileAnswer, pageAnswer, storePage } from './pages.ts';
import { SHARE_PATH, takeShared } from './share.ts';
import { installShell, shellAnswer, sweepShells } from './shell.ts';
import { isThumb, Thumbs } from './thumbs.ts';

declare const self: ServiceWorkerGlobalScope;

/** Sent by a page after a search. All URLs are absolute. */
interface KeepMessage {
  readonly type: 'soutu-keep';
  readonly page: string;
  /** The scripts and styles that the page has loaded. */
  readonly files: readonly string[];
  /** Thumbnails that are visible. */
  readonly visible: readonly string[];
  /** Other thumbnails of the catalogue, stored while there is room. */
  readonly others: readonly string[];
}

export type OfflineMessage = KeepMessage | { readonly type: 'soutu-forget' };

/** Replies to `soutu-keep`: `working` every few seconds, and one of the others at the end. */
export type OfflineAnswer =
  | { readonly kept: true }
  | { readonly failure: string }
  | { readonly working: true };

const WORKING_MS = 5000;

const thumbs = new Thumbs();
const underWay = new Set<Promise<unknown>>();

self.addEventListener('install', (event) => event.waitUntil(installShell()));

self.addEventListener('activate', (event) => {
  event.waitUntil(Promise.all([sweepShells(), deleteOldPages(), self.clients.claim()]));
});

self.addEventListener('message', (event) => {
  const message = event.data as OfflineMessage | null;
  if (message?.type === 'soutu-keep') {
    const [port] = event.ports;
    const tell = (answer: OfflineAnswer) => port?.postMessage(answer);
    const timer = setInterval(() => tell({ working: true }), WORKING_MS);
    const done = keepAll(message)
      .then(
        () => tell({ kept: true }),
        (error: Error) => tell({ failure: error.message }),
      )
      .finally(() => {
        clearInterval(timer);
        underWay.delete(done);
      });
    underWay.add(done);
    event.waitUntil(done);
  }
  if (message?.type === 'soutu-forget') {
    event.waitUntil(Promise.all([forget(underWay), self.registration.unregister()]));
  }
});

async function keepAll({ page, files, visible, others }: KeepMessage): Promise<void> {
  if (!(await comeBack())) throw new Error('its service worker was told to forget it');
  await Promise.all([storePage(page, files), thumbs.keep(visible)]);
  await thumbs.fill(others);
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === 'POST' && url.href === SHARE_PATH) {
    event.respondWith(takeShared(request));
    return;
  }
  if (request.method !== 'GET' || request.headers.has('range')) return;
  const waitUntil = (work: Promise<unknown>) => event.waitUntil(work);
  if (request.mode === 'navigate') {
    event.respondWith(unlessForgotten(request, () => pageAnswer(request, waitUntil)));
  } else if (isThumb(url)) {
    event.respondWith(unlessForgotten(request, () => thumbs.answer(request, waitUntil)));
  } else if (!isOfTheBundle(url.pathname)) {
    event.respondWith(
      unlessForgotten(request, () => shellAnswer(url) ?? fileAnswer(request, waitUntil)),
    );
  }
});

async function unlessForgotten(
  request: Request,
  answer: () => Promise<Response>,
): Promise<Response> {
  return (await isForgotten()) ? fetch(request) : answer();
}
