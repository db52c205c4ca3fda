import url from '../worker/main.ts?worker&url';

/** The worker's script. In the package it lies beside the page's: scripts/package/beside.ts replaces this module. */
export function workerUrl(): URL {
  return new URL(url, import.meta.url);
}
