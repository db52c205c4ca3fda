import url from '../../worker/main.ts?worker&url';

/**
 * URL of the worker's script. In the package it is in the same folder as the page's script, so
 * scripts/package/beside.ts replaces this module.
 */
export function workerUrl(): URL {
  return new URL(url, import.meta.url);
}
