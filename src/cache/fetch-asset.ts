/** All downloads go through this module, which checks their status, size and hash. */

import { otherOriginNeeds } from '../browser/other-origin.ts';
import { MissingFileError, messageOf, SoutuError } from '../core/errors.ts';
import type { FileRef } from '../core/file-ref.ts';
import { isContentOf } from '../core/has-hash.ts';
import { sleep, withTimeout } from '../core/timeout.ts';
import type { PartialFile } from './partial-file.ts';
import { sha256 } from './sha256.ts';

const MAX_MANIFEST_BYTES = 4 << 20;

export interface Patience {
  /** Delays in milliseconds before each retry of a download that failed without further progress. */
  readonly retryMs: readonly number[];
  /** Milliseconds without data after which a connection counts as broken. */
  readonly stallMs: number;
}

export const DEFAULT_PATIENCE: Patience = { retryMs: [300, 1000, 3000], stallMs: 30_000 };

/** Awaited before each part of a low-priority download; the parts downloaded so far are kept. */
export type Turn = () => Promise<unknown>;

/**
 * Downloads the missing rest of a file; if the download fails, `partial` keeps the data received so far.
 * @param onBytes receives the number of bytes downloaded so far
 * @throws MissingFileError (404, 410); SoutuError `NetworkError`; SoutuError `BundleError` if the size or
 * hash differs from the manifest
 */
export async function fetchAsset(
  url: string,
  ref: FileRef,
  partial: PartialFile,
  onBytes: (loaded: number) => void = () => undefined,
  patience: Patience = DEFAULT_PATIENCE,
  turn?: Turn,
): Promise<Uint8Array> {
  const load = new Load(url, ref, partial, onBytes, patience, turn);
  try {
    return await load.whole('default');
  } catch (error) {
    // The HTTP cache may contain a response from while the bundle was being uploaded, and the partial download may
    // be from another file. Bypass both, once.
    const isOtherFile = error instanceof SoutuError && error.name === 'BundleError';
    if (!isOtherFile || error instanceof MissingFileError) throw error;
    await partial.clear();
  }
  try {
    return await load.whole('reload');
  } catch (error) {
    if ((error as Error).name === 'BundleError') await partial.clear();
    throw load.isHtml ? noFile(url, error) : error;
  }
}

/** The server responded with an error status. */
export class StatusError extends SoutuError {
  readonly status: string;

  constructor(url: string, status: string) {
    super('NetworkError', `${url}: the server says ${status}. Try again later.`);
    this.status = status;
  }
}

/**
 * Downloads `manifest.json`, the only file that changes in place.
 * @param cache how to use the HTTP cache: revalidate (`no-cache`) or bypass it (`reload`)
 * @param stallMs milliseconds without data after which the connection counts as broken
 */
export async function fetchManifest(
  url: string,
  cache: 'no-cache' | 'reload',
  stallMs = DEFAULT_PATIENCE.stallMs,
): Promise<Uint8Array> {
  const response = await request(url, { cache }, stallMs);
  const chunks: Uint8Array[] = [];
  let loaded = 0;
  for await (const chunk of chunksOf(response, url, () => loaded, stallMs)) {
    chunks.push(chunk);
    loaded += chunk.length;
    mustNotExceed(loaded, MAX_MANIFEST_BYTES, url);
  }
  return new Uint8Array(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}

/** The download of one file, with as many requests as needed. */
class Load {
  readonly #url: string;
  readonly #ref: FileRef;
  readonly #partial: PartialFile;
  readonly #onBytes: (loaded: number) => void;
  readonly #patience: Patience;
  readonly #turn: Turn | undefined;
  #contentType = 'no type';
  #isResumable = true;

  constructor(
    url: string,
    ref: FileRef,
    partial: PartialFile,
    onBytes: (loaded: number) => void,
    patience: Patience,
    turn: Turn | undefined,
  ) {
    this.#url = url;
    this.#ref = ref;
    this.#partial = partial;
    this.#onBytes = onBytes;
    this.#patience = patience;
    this.#turn = turn;
  }

  /** Some hosts respond to a missing file with an HTML page and status 200. */
  get isHtml(): boolean {
    return /^text\/html\b/i.test(this.#contentType);
  }

  async whole(cache: RequestCache): Promise<Uint8Array> {
    const { retryMs } = this.#patience;
    for (let failures = 0, furthest = this.#partial.size; ; ) {
      try {
        await this.#rest(cache);
        return await this.#checked();
      } catch (error) {
        if (!(error instanceof SoutuError) || error.name !== 'NetworkError') throw error;
        await (this.#isResumable ? this.#partial.keep() : this.#partial.clear());
        if (isOffline()) throw error;
        if (this.#partial.size > furthest) failures = 0;
        furthest = Math.max(furthest, this.#partial.size);
        const wait = retryMs[failures++];
        if (wait === undefined) throw error;
        await sleep(wait);
      }
    }
  }

  /** Sends one request for all missing bytes. */
  async #rest(cache: RequestCache): Promise<void> {
    const { bytes: total } = this.#ref;
    const from = this.#partial.size;
    if (from >= total && total > 0) return;
    const response = await this.#answer(from, cache);
    this.#contentType = response.headers.get('content-type') ?? 'no type';
    this.#onBytes(this.#partial.size);
    // A well compressed file is faster to download again than to resume, because ranges are uncompressed.
    const length = Number(response.headers.get('content-length'));
    this.#isResumable = response.status === 206 || !(length > 0 && length < total / 2);
    const loaded = () => this.#partial.size;
    for await (const chunk of chunksOf(response, this.#url, loaded, this.#patience.stallMs)) {
      mustNotExceed(loaded() + chunk.length, total, this.#url);
      this.#partial.add(chunk, this.#isResumable);
      this.#onBytes(loaded());
      await this.#turn?.();
    }
  }

  /**
   * A range request needs no validator (`If-Range`), because file names contain the content hash and the complete
   * file is checked against it. Hosts that compress, or that do not support ranges, respond with the whole file.
   */
  async #answer(from: number, cache: RequestCache): Promise<Response> {
    const { stallMs } = this.#patience;
    if (from === 0) return request(this.#url, { cache }, stallMs);
    const headers = { range: `bytes=${from}-` };
    const response = await request(this.#url, { cache, headers }, stallMs, 416);
    if (response.status === 206) {
      // Not exposed for cross-origin responses; there the hash is the only check.
      const range = response.headers.get('content-range');
      if (range === null || range.startsWith(`bytes ${from}-`)) return response;
    }
    await this.#partial.clear();
    if (response.status === 200) return response;
    await response.body?.cancel();
    return request(this.#url, { cache }, stallMs);
  }

  async #checked(): Promise<Uint8Array> {
    const bytes = this.#partial.join();
    if (await isContentOf(this.#ref, bytes, sha256)) return bytes;
    const { bytes: length, sha256: hash, isSealed } = this.#ref;
    const expected = isSealed ? 'the sealed file' : `${length} bytes with SHA-256`;
    throw new SoutuError(
      'BundleError',
      `${this.#url}: expected ${expected} ${short(hash)}, got ${bytes.length} bytes ` +
        `(${this.#contentType}) with ${short(await sha256(bytes))}: the file is cut short or another one. ` +
        'Upload the whole bundle again.',
    );
  }
}

/** A bundle contains no HTML files, so an HTML response means that the file is missing. */
function noFile(url: string, cause: unknown): MissingFileError {
  return new MissingFileError(
    `${url}: the server sends an HTML page in place of this file, so the file is missing. ` +
      "Check the bundle's address, and that all its files were uploaded.",
    { cause },
  );
}

/**
 * @param stallMs timeout in milliseconds for the response headers
 * @param also an error status that the caller handles
 */
async function request(
  url: string,
  init: RequestInit,
  stallMs: number,
  also?: number,
): Promise<Response> {
  const silent = new AbortController();
  let response: Response;
  try {
    response = await withTimeout(fetch(url, { ...init, signal: silent.signal }), stallMs, () =>
      stalled(stallMs),
    );
  } catch (error) {
    silent.abort();
    const needs = otherOriginNeeds(new URL(url).origin, globalThis.origin, 'connect-src ORIGIN');
    throw new SoutuError(
      'NetworkError',
      `${url}: cannot be reached (${messageOf(error)}). ` +
        `Check the connection and try again.${needs && ` ${needs}`}`,
      { cause: error },
    );
  }
  if (response.ok || response.status === also) return response;
  const status = `${response.status} ${response.statusText}`.trim();
  if (response.status === 404 || response.status === 410) {
    throw new MissingFileError(
      `${url}: the server says ${status}. Check the bundle's address, and that all its files were uploaded.`,
    );
  }
  throw new StatusError(url, status);
}

/** @param loaded bytes downloaded so far, for the error message */
async function* chunksOf(
  response: Response,
  url: string,
  loaded: () => number,
  stallMs: number,
): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (!reader) return;
  try {
    while (true) {
      const { done, value } = await withTimeout(reader.read(), stallMs, () =>
        stalled(stallMs),
      ).catch((error: unknown) => {
        throw new SoutuError(
          'NetworkError',
          `${url}: the connection broke after ${loaded()} bytes (${messageOf(error)}). Try again.`,
          { cause: error },
        );
      });
      if (done) return;
      yield value;
    }
  } finally {
    // Reached when reading stops early: the file is too large, or the connection stalled.
    await reader.cancel().catch(() => undefined);
  }
}

/** A connection (on a train, for example) may stall without ever being reported as broken. */
const stalled = (ms: number) => new Error(`nothing came for ${ms / 1000} s`);

function mustNotExceed(bytes: number, limit: number, url: string): void {
  if (bytes <= limit) return;
  throw new SoutuError(
    'BundleError',
    `${url}: expected at most ${limit} bytes, and more came: this is another file. ` +
      'Upload the whole bundle again.',
  );
}

/** The browser reports that it is offline, so retrying is pointless until the visitor asks for it. */
function isOffline(): boolean {
  return globalThis.navigator?.onLine === false;
}

function short(hash: string): string {
  return `${hash.slice(0, 12)}…`;
}
