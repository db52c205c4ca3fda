/**
 * The service worker of a site: after the first successful search the page works with no network. The
 * bundle's own files stay out of it, for the search's worker keeps them checked in IndexedDB.
 *
 *     page          network first, at the latest after 3 s the kept one: a new release comes with the next visit
 *     shell         the page's scripts and styles, kept whole at install: a visit never mixes two releases
 *     kept          what pages of other owners told us that they need; network first, since names may repeat
 *     thumbnails    kept as they are shown, the oldest go when there are too many
 *     POST share    a photo that another app hands over, put aside for the page
 */
import { fileAnswer, keep, pageAnswer, sweepOthers } from './kept.ts';
import { SHARE_PATH, takeShared } from './share.ts';
import { installShell, shellAnswer } from './shell.ts';
import { isThumb, Thumbs } from './thumbs.ts';

/** What goes through the checked door of the search's worker, and stays in IndexedDB. */
const OF_THE_BUNDLE =
  /\/manifest\.json$|\/(items|vectors|graph|weights)-[0-9a-f]{16}\.\w+$|\/(kernel|ort-wasm)[\w.-]*\.wasm$/;

declare const self: ServiceWorkerGlobalScope;

export type OfflineMessage =
  | {
      readonly type: 'soutu-keep';
      /** The page and the files that it needs; absolute. */
      readonly files: readonly string[];
      /** Pictures that were shown; absolute. */
      readonly shown: readonly string[];
      /** Pictures of the catalogue, kept where there is room. */
      readonly others: readonly string[];
    }
  | { readonly type: 'soutu-forget' };

/** The answer to `soutu-keep`. */
export type OfflineAnswer = { readonly kept: true } | { readonly failure: string };

const thumbs = new Thumbs();
let isForgotten = false;

self.addEventListener('install', (event) => event.waitUntil(installShell()));

self.addEventListener('activate', (event) => {
  event.waitUntil(Promise.all([sweepOthers(), self.clients.claim()]));
});

self.addEventListener('message', (event) => {
  const message = event.data as OfflineMessage | null;
  if (message?.type === 'soutu-keep') {
    const [port] = event.ports;
    const tell = (answer: OfflineAnswer) => port?.postMessage(answer);
    const done = Promise.all([keep(message.files), thumbs.keep(message.shown)])
      .then(() => thumbs.fill(message.others))
      .then(
        () => tell({ kept: true }),
        (error: Error) => tell({ failure: error.message }),
      );
    event.waitUntil(done);
  }
  if (message?.type === 'soutu-forget') {
    // Until its pages are closed it lives on, and must keep nothing more.
    isForgotten = true;
    event.waitUntil(self.registration.unregister());
  }
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (isForgotten || url.origin !== self.location.origin) return;
  if (request.method === 'POST' && url.href === SHARE_PATH) {
    event.respondWith(takeShared(request));
    return;
  }
  if (request.method !== 'GET' || request.headers.has('range')) return;
  if (request.mode === 'navigate') event.respondWith(pageAnswer(request));
  else if (isThumb(url)) {
    event.respondWith(thumbs.answer(request, (work) => event.waitUntil(work)));
  } else if (!OF_THE_BUNDLE.test(url.pathname)) {
    event.respondWith(shellAnswer(url) ?? fileAnswer(request));
  }
});
