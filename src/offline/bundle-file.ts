import { endsInBundleFile } from '../core/bundle/file-names.ts';

/**
 * Whether the search's worker downloads and verifies a file, and stores it in IndexedDB. Scripts of the page may have names like
 * those of its files: `codes-0123456789abcdef.js`.
 * @param path of a URL
 */
export function isOfTheBundle(path: string): boolean {
  if (path.endsWith('.js')) return false;
  return endsInBundleFile(path) || /\/manifest\.json$|\/(kernel|ort-wasm)[\w.-]*\.wasm$/.test(path);
}
