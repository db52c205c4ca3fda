/** Downloads small files of a bundle on the page. Their names contain their hashes, so the HTTP cache keeps them. */
import { bundleFile } from '../../browser/bundle-url.ts';
import { MissingFileError, messageOf, SoutuError } from '../../core/errors.ts';
import type { FileRef } from '../../core/file-ref.ts';
import { hasKey } from '../../core/has-hash.ts';

/**
 * @param bundle absolute URL of the bundle's folder
 * @throws MissingFileError; SoutuError `NetworkError`, or `BundleError` if it is another file; the signal's reason
 */
export async function fetchFile(
  bundle: string,
  ref: FileRef,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const url = bundleFile(bundle, ref.file);
  const bytes = new Uint8Array(await load(url, 'default', signal));
  // A host may answer with a page of its own in place of a missing file.
  const isIt = ref.isSealed ? hasKey(bytes, ref.sha256) : bytes.length === ref.bytes;
  if (!isIt) throw missing(url);
  return bytes;
}

/** Downloads a JSON file that changes in place. */
export async function fetchJson(url: string): Promise<unknown> {
  const text = new TextDecoder().decode(await load(url, 'no-cache'));
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SoutuError(
      'BundleError',
      `${url}: expected the JSON of a bundle's manifest (${messageOf(error)}). Check the bundle's address.`,
      { cause: error },
    );
  }
}

async function load(
  url: string,
  cache: 'default' | 'no-cache',
  signal?: AbortSignal,
): Promise<ArrayBuffer> {
  try {
    const response = await fetch(url, { cache, ...(signal ? { signal } : {}) });
    if (response.status === 404 || response.status === 410) throw missing(url);
    if (!response.ok) {
      throw new SoutuError('NetworkError', `${url}: the server says ${response.status}.`);
    }
    return await response.arrayBuffer();
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof SoutuError) throw error;
    throw new SoutuError('NetworkError', `${url}: cannot be loaded (${messageOf(error)}).`, {
      cause: error,
    });
  }
}

function missing(url: string): MissingFileError {
  return new MissingFileError(`${url}: the file is missing. Upload the bundle again.`);
}
