/** The one door through which files come from the network: status, size and hash are checked here. */
import { MissingFileError, messageOf, SoutuError } from '../core/errors.ts';
import type { FileRef } from '../core/model/spec.ts';
import { otherOriginNeeds } from '../core/other-origin.ts';
import { sha256 } from './sha256.ts';

const MAX_MANIFEST_BYTES = 4 << 20;

/**
 * @param onBytes told the bytes that have arrived so far
 * @throws MissingFileError (404, 410); SoutuError `NetworkError`; SoutuError `BundleError` where size or
 * hash are not the manifest's
 */
export async function fetchAsset(
  url: string,
  ref: FileRef,
  onBytes: (loaded: number) => void = () => undefined,
): Promise<Uint8Array> {
  try {
    return await fetchOnce(url, ref, onBytes, 'default');
  } catch (error) {
    // The browser's own cache may hold what a server gave while the bundle was uploaded: past it, once.
    const isOtherFile = error instanceof SoutuError && error.name === 'BundleError';
    if (!isOtherFile || error instanceof MissingFileError) throw error;
    return fetchOnce(url, ref, onBytes, 'reload');
  }
}

async function fetchOnce(
  url: string,
  ref: FileRef,
  onBytes: (loaded: number) => void,
  cache: RequestCache,
): Promise<Uint8Array> {
  const response = await request(url, { cache });
  const bytes = await readBody(response, ref.bytes, url, onBytes);
  const got = await sha256(bytes);
  if (bytes.length !== ref.bytes || got !== ref.sha256) {
    const type = response.headers.get('content-type') ?? 'no type';
    throw new SoutuError(
      'BundleError',
      `${url}: expected ${ref.bytes} bytes with SHA-256 ${short(ref.sha256)}, got ${bytes.length} bytes ` +
        `(${type}) with ${short(got)}: the file is cut short or another one. ` +
        'Upload the whole bundle again.',
    );
  }
  return bytes;
}

/** `manifest.json`, past the browser's cache: the one file that changes in place. */
export async function fetchManifest(url: string): Promise<Uint8Array> {
  const response = await request(url, { cache: 'no-cache' });
  return readBody(response, MAX_MANIFEST_BYTES, url, () => undefined);
}

async function request(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    const needs = otherOriginNeeds(new URL(url).origin, globalThis.origin, 'connect-src ORIGIN');
    throw new SoutuError(
      'NetworkError',
      `${url}: cannot be reached (${messageOf(error)}). ` +
        `Check the connection and try again.${needs && ` ${needs}`}`,
      { cause: error },
    );
  }
  if (response.ok) return response;
  const status = `${response.status} ${response.statusText}`.trim();
  if (response.status === 404 || response.status === 410) {
    throw new MissingFileError(
      `${url}: the server says ${status}. Check the bundle's address, and that all its files were uploaded.`,
    );
  }
  throw new SoutuError('NetworkError', `${url}: the server says ${status}. Try again later.`);
}

async function readBody(
  response: Response,
  limit: number,
  url: string,
  onBytes: (loaded: number) => void,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let loaded = 0;
  const reader = response.body?.getReader();
  while (reader) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      throw new SoutuError(
        'NetworkError',
        `${url}: the connection broke after ${loaded} bytes (${messageOf(error)}). Try again.`,
        { cause: error },
      );
    });
    if (done) break;
    loaded += value.length;
    if (loaded > limit) {
      await reader.cancel();
      throw new SoutuError(
        'BundleError',
        `${url}: expected at most ${limit} bytes, and more came: this is another file. ` +
          'Upload the whole bundle again.',
      );
    }
    chunks.push(value);
    onBytes(loaded);
  }
  const bytes = new Uint8Array(loaded);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function short(hash: string): string {
  return `${hash.slice(0, 12)}…`;
}
