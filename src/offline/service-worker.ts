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
import { comeBack, forget, isForgotten } from './forgotten.ts';
import { fileAnswer, keep, pageAnswer } from './kept.ts';
import { SHARE_PATH, takeShared } from './share.ts';
import { installShell, shellAnswer, sweepShells } from './shell.ts';
import { isThumb, Thumbs } from './thumbs.ts';

/** What goes through the checked door of the search's worker, and stays in IndexedDB. */
const OF_THE_BUNDLE =
  /\/manifest\.json$|\/(items|vectors|graph|weights)-[0-9a-f]{16}\.\w+$|\/(kernel|ort-wasm)[\w.-]*\.wasm$/;

declare const self: ServiceWorkerGlobalScope;

interface KeepMessage {
  readonly type: 'soutu-keep';
  /** The page and the files that it needs; absolute. */
  readonly files: readonly string[];
  /** Pictures that were shown; absolute. */
  readonly shown: readonly string[];
  /** Pictures of the catalogue, kept where there is room. */
  readonly others: readonly string[];
}

export type OfflineMessage = KeepMessage | { readonly type: 'soutu-forget' };

/** The answers to `soutu-keep`: one at the end, and before it each few seconds that it is still at it. */
export type OfflineAnswer =
  | { readonly kept: true }
  | { readonly failure: string }
  | { readonly working: true };

const WORKING_MS = 5000;

const thumbs = new Thumbs();
const underWay = new Set<Promise<unknown>>();

self.addEventListener('install', (event) => event.waitUntil(installShell()));

self.addEventListener('activate', (event) => {
  event.waitUntil(Promise.all([sweepShells(), self.clients.claim()]));
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

async function keepAll({ files, shown, others }: KeepMessage): Promise<void> {
  if (!(await comeBack())) throw new Error('its service worker was told to forget it');
  await Promise.all([keep(files), thumbs.keep(shown)]);
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
  if (request.mode === 'navigate') {
    event.respondWith(unlessForgotten(request, () => pageAnswer(request)));
  } else if (isThumb(url)) {
    const goesOn = (work: Promise<unknown>) => event.waitUntil(work);
    event.respondWith(unlessForgotten(request, () => thumbs.answer(request, goesOn)));
  } else if (!OF_THE_BUNDLE.test(url.pathname)) {
    event.respondWith(unlessForgotten(request, () => shellAnswer(url) ?? fileAnswer(request)));
  }
});

async function unlessForgotten(
  request: Request,
  answer: () => Promise<Response>,
): Promise<Response> {
  return (await isForgotten()) ? fetch(request) : answer();
}
