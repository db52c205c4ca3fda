/**
 * Pages and their files: network first, the stored copy when the network fails.
 *
 *     page, not stored        network
 *     page, stored            network; its own copy if that fails, breaks off, returns 5xx or takes over 3 s.
 *                             Once the network has returned another release, the 3 s limit no longer applies.
 *     page of the build       the same; its copy is the shell's, which serves any query string
 *     file of a stored page   network; its copy if that fails, takes over 3 s, or returns an error or HTML
 *
 * A page is stored after a search on it, under its full URL (page-url.ts), together with its files, so both are of
 * one release. A later visit refreshes the copy if the HTML still names the same files; anything else (a new
 * release, a captive portal) only marks it as stale until the next search. A response that cannot be stored is
 * still served.
 */
import { isForgotten } from './forget.ts';
import { filesIn, hasMarks, marksOf } from './page-check.ts';
import { PageStore } from './page-store.ts';
import { pageUrl } from './page-url.ts';
import { isFile, isHtml, isPage, storable } from './response.ts';
import { anyShell, isInShell, isPageOfShell, SHELL_PAGE } from './shell.ts';

declare const self: ServiceWorkerGlobalScope;

const PATIENCE_MS = 3000;
/** Cache of earlier releases, shared by all sites of an origin. */
const OLD_CACHE = 'soutu-kept-1';

const store = new PageStore(self.registration.scope);

/** Extends the event for work that continues after the response, like `ExtendableEvent.waitUntil`. */
export type WaitUntil = (work: Promise<unknown>) => void;

/**
 * Stores a page on which a search has succeeded.
 * @param files absolute URLs of the scripts and styles that the page has loaded
 * @throws DOMException if the device is full; Error if its URL leads to another page
 */
export async function storePage(page: string, files: readonly string[]): Promise<void> {
  const own = files.filter((file) => isOwn(file) && !isInShell(file));
  if (isShellPage(page)) {
    await storeFiles(SHELL_PAGE, own);
    await store.note(SHELL_PAGE, { files: own, isStale: false });
    return;
  }
  const url = pageUrl(page);
  const response = await fetch(url).catch(() => null);
  const body = response && isPage(response) ? await response.blob().catch(() => null) : null;
  const html = (await body?.text()) ?? '';
  const marks = marksOf(html, files);
  if (!response || marks.length === 0) {
    if (!(await store.entry(url))) throw new Error(`${url} does not lead to this page`);
    return;
  }
  const needed = [...new Set([...own, ...filesIn(html, url).filter(isOwn)])];
  await storeFiles(url, needed);
  await store.put(url, storable(response, body));
  await store.note(url, { files: needed, marks, isStale: false });
}

/** A file that cannot be loaded now is stored by a later search. */
async function storeFiles(page: string, files: readonly string[]): Promise<void> {
  // The earlier copy needs its files until it is replaced.
  const before = (await store.entry(page))?.files ?? [];
  await store.note(page, { files: [...new Set([...before, ...files])] });
  await Promise.all(
    files.map(async (file) => {
      const response = await fetch(file).catch(() => null);
      if (response && isFile(response)) await store.put(file, storable(response));
    }),
  );
}

export async function pageAnswer(request: Request, waitUntil: WaitUntil): Promise<Response> {
  const url = isShellPage(request.url) ? SHELL_PAGE : pageUrl(request.url);
  const entry = await store.entry(url);
  if (!entry && url !== SHELL_PAGE) return fetch(request);
  const copy = () => (url === SHELL_PAGE ? anyShell(SHELL_PAGE) : store.match(url));
  const fresh = fetch(request).then((response) => noted(url, response, waitUntil));
  return entry?.isStale ? orIfFailed(fresh, copy) : orIfLate(fresh, copy, waitUntil);
}

export async function fileAnswer(request: Request, waitUntil: WaitUntil): Promise<Response> {
  const url = withoutHash(request.url);
  if (!(await store.isFile(url))) {
    // A release that is waiting to activate may have it.
    return orIfFailed(fetch(request), () => anyShell(url));
  }
  const copy = () => store.match(url);
  const fresh = fetch(request).then(async (response) => {
    // The open page may still need a file of a release that was removed from the server.
    if (!isFile(response)) return (await copy()) ?? response;
    quietly(waitUntil, store.put(url, storable(response.clone())));
    return response;
  });
  return orIfLate(fresh, copy, waitUntil);
}

export async function deleteOldPages(): Promise<void> {
  await caches.delete(OLD_CACHE);
}

/** Refreshes the copy if the response is this page in the same release; otherwise marks the copy as stale. */
async function noted(url: string, response: Response, waitUntil: WaitUntil): Promise<Response> {
  if (!response.ok || !isHtml(response)) return response;
  // Read completely, so that the copy is used if the response breaks off.
  const body = await response.blob();
  const entry = await store.entry(url);
  const html = await body.text();
  const isThisPage = url === SHELL_PAGE ? isPageOfShell(html) : hasMarks(html, entry?.marks ?? []);
  const isSame = isThisPage && !response.redirected;
  const note = async () => {
    if (await isForgotten()) return;
    if (isSame && url !== SHELL_PAGE) await store.put(url, storable(response, body));
    // The shell's page gets an entry only once it is stale.
    if (entry || !isSame) await store.note(url, { isStale: !isSame });
  };
  quietly(waitUntil, note());
  const { status, statusText, headers } = response;
  return new Response(body, { status, statusText, headers });
}

/** @throws the error of `fresh`, if there is no copy */
async function orIfFailed(
  fresh: Promise<Response>,
  copy: () => Promise<Response | undefined>,
): Promise<Response> {
  try {
    const response = await fresh;
    return response.status < 500 ? response : ((await copy()) ?? response);
  } catch (error) {
    const stored = await copy();
    if (stored) return stored;
    throw error;
  }
}

async function orIfLate(
  fresh: Promise<Response>,
  copy: () => Promise<Response | undefined>,
  waitUntil: WaitUntil,
): Promise<Response> {
  const answer = orIfFailed(fresh, copy);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Response | undefined>((resolve) => {
    timer = setTimeout(() => resolve(copy()), PATIENCE_MS);
  });
  // Continues after the copy was served, to refresh it.
  quietly(waitUntil, answer);
  try {
    return (await Promise.race([answer, late])) ?? (await answer);
  } finally {
    clearTimeout(timer);
  }
}

/** A failed write, such as on a full device, must not affect a response. */
function quietly(waitUntil: WaitUntil, work: Promise<unknown>): void {
  waitUntil(work.catch(() => undefined));
}

function isOwn(file: string): boolean {
  return new URL(file).origin === self.location.origin;
}

/** The build's page is one file, regardless of the query string. */
function isShellPage(address: string): boolean {
  return SHELL_PAGE !== '' && address.replace(/[?#].*$/, '') === SHELL_PAGE;
}

function withoutHash(address: string): string {
  return address.replace(/#.*$/, '');
}
