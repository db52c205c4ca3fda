/**
 * Locates the worker's script and the files that it loads. If a site copies them by hand, they are in one folder.
 * A bundler moves each file separately, so the worker gets their URLs in the fragment of its own URL. esbuild and
 * Rollup copy no files, so they bundle the worker as a script.
 */
import { workerUrl } from './worker-url.ts';

/** The exports of the package's modules for bundlers, which scripts/package/bundler.ts generates. */
export interface Placed {
  /** File name → URL as rewritten by the bundler; null if the file cannot be located this way. */
  readonly files: Readonly<Record<string, (() => URL) | null>>;
  /** Loads the worker and its small files as blob: URLs, by file name. */
  readonly inline: () => Promise<{ readonly urls: Readonly<Record<string, string>> }>;
}

const WORKER = 'worker.js';
/** The worker's path in files.js if no bundler has rewritten it. */
const UNTOUCHED = /\/browser\/worker\.js$/;
/** Development servers, such as Vite's, serve the package's own folder. */
const SERVED = /\/(node_modules|@fs)\//;

let placed: Placed | null = null;
let inlined: Promise<URL> | null = null;

export function placeFiles(files: Placed['files'], inline: Placed['inline']): void {
  placed = { files, inline };
}

/** A promise if the worker has to be loaded from a script. */
export function placedWorker(): URL | Promise<URL> {
  if (!placed) return workerUrl();
  const { files, inline } = placed;
  const url = hrefOf(files[WORKER]);
  if (url && (!UNTOUCHED.test(url) || SERVED.test(url))) {
    return withFragment(url, filesOf(files));
  }
  inlined ??= inline().then(({ urls }) =>
    withFragment(urls[WORKER] as string, { ...filesOf(files), ...urls }),
  );
  // A failed load is not cached: the next start retries.
  inlined.catch(() => {
    inlined = null;
  });
  return inlined;
}

function filesOf(files: Placed['files']): Record<string, string> {
  // Requested only if the page uses ONNX Runtime without `assets`; the error then contains this URL.
  const missing = (name: string) => new URL(name, document.baseURI).href;
  const named = Object.entries(files).map(([name, url]) => [name, hrefOf(url) ?? missing(name)]);
  return Object.fromEntries(named);
}

/** Turbopack's URLs are relative. A classic script (esbuild's default format) has no `import.meta.url`. */
function hrefOf(url: (() => URL) | null | undefined): string | null {
  try {
    return url ? new URL(String(url()), document.baseURI).href : null;
  } catch {
    return null;
  }
}

function withFragment(worker: string, files: Readonly<Record<string, string>>): URL {
  const url = new URL(worker);
  const isBeside = ([name, href]: [string, string]) =>
    url.protocol !== 'blob:' && href === new URL(name, url).href;
  const moved = Object.entries(files).filter((file) => file[0] !== WORKER && !isBeside(file));
  url.hash = new URLSearchParams(moved).toString();
  return url;
}
