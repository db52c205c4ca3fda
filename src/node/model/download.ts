/**
 * Downloads a large file of known size and MD5 from the first URL that serves it. Bytes are collected in
 * FILE.part, where an interrupted download resumes; the file is renamed when size and MD5 are right.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, SoutuError } from '../../core/errors.ts';
import { type Fetch, type HttpResponse, openHttp } from './http.ts';
import type { Download } from './vgg16.ts';

export interface DownloadOptions {
  /** Timeout between two chunks; default 30 s. */
  readonly stallMs?: number;
  /** Delay before a retry; doubled each time. Default 0.5 s. */
  readonly retryMs?: number;
  readonly onProgress?: (bytes: number) => void;
}

/** Maximum attempts at one URL that yield no new bytes. */
const IDLE_TRIES = 2;
/** Maximum attempts at one URL in total. */
const MAX_TRIES = 20;

/** The URL does not serve the file, or the connection was lost. */
class DownloadFailure extends Error {
  /** Whether another attempt at this URL may succeed. */
  readonly canRetry: boolean;

  constructor(message: string, canRetry: boolean, cause?: unknown) {
    super(message, { cause });
    this.canRetry = canRetry;
  }
}

/**
 * Not safe for concurrent processes: the caller must hold a lock.
 * @param path the destination; a valid file that already exists is not downloaded again
 * @throws SoutuError `NetworkError` with the reason for each URL; `UsageError` for a malformed proxy;
 * `OutputError` if the disk is full or not writable
 */
export async function download(
  what: Download,
  path: string,
  options: DownloadOptions = {},
): Promise<void> {
  if (await isGood(path, what)) return;
  try {
    await mkdir(dirname(path), { recursive: true });
    await fromUrls(what, path, options);
  } catch (error) {
    if (!isOfDisk(error)) throw error;
    throw new SoutuError(
      'OutputError',
      `${path}: cannot be written (${messageOf(error)}). It needs ${what.bytes} bytes. Free some space, or ` +
        'set SOUTU_CACHE to another folder.',
      { cause: error },
    );
  }
}

async function fromUrls(what: Download, path: string, options: DownloadOptions): Promise<void> {
  const http = await openHttp();
  const reasons: string[] = [];
  try {
    for (const url of what.urls) {
      try {
        await fromUrl(url, what, path, http.fetch, options);
        return;
      } catch (error) {
        if (!(error instanceof DownloadFailure)) throw error;
        reasons.push(`${hostOf(url)}: ${error.message}`);
      }
    }
  } finally {
    await http.close();
  }
  throw new SoutuError('NetworkError', reasons.join('; '));
}

const hostOf = (url: string) => (URL.canParse(url) ? new URL(url).host : url);

/** Whether the file exists with the right size and MD5. */
export async function isGood(path: string, { bytes, md5 }: Download): Promise<boolean> {
  const size = await sizeOf(path);
  return size === bytes && (await md5Of(path)) === md5;
}

export async function md5Of(path: string): Promise<string> {
  const hash = createHash('md5');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

async function fromUrl(
  url: string,
  what: Download,
  path: string,
  fetch: Fetch,
  options: DownloadOptions,
): Promise<void> {
  const part = `${path}.part`;
  let idle = 0;
  // Bytes from another URL or an earlier run may not fit: then the download restarts from zero.
  let isOurs = (await sizeOf(part)) === 0;
  for (let tries = 1; ; tries++) {
    const before = await sizeOf(part);
    try {
      if (before < what.bytes) await takeRest(url, what, part, fetch, options);
      const got = await md5Of(part);
      if (got === what.md5) break;
      await rm(part, { force: true });
      if (isOurs) {
        throw new DownloadFailure(
          `sent ${what.bytes} bytes with MD5 ${got}, expected ${what.md5}`,
          false,
        );
      }
      isOurs = true;
    } catch (error) {
      if (!(error instanceof DownloadFailure) || !error.canRetry) throw error;
      idle = (await sizeOf(part)) > before ? 0 : idle + 1;
      if (idle >= IDLE_TRIES || tries >= MAX_TRIES) throw error;
      await sleep((options.retryMs ?? 500) * 2 ** Math.min(idle, 4));
    }
  }
  await rename(part, path);
}

/** Requests the missing bytes and appends them to the .part file. */
async function takeRest(
  url: string,
  { bytes }: Download,
  part: string,
  fetch: Fetch,
  { stallMs = 30_000, onProgress }: DownloadOptions,
): Promise<void> {
  const have = await sizeOf(part);
  const stall = new AbortController();
  const stalled = () => stall.abort(new Error(`no data for ${stallMs / 1000} s`));
  let timer = setTimeout(stalled, stallMs);
  try {
    const response = await fetch(url, {
      signal: stall.signal,
      headers: {
        // A compressed response would have a different size.
        'accept-encoding': 'identity',
        ...(have > 0 ? { range: `bytes=${have}-` } : {}),
      },
    });
    const from = await startOf(response, have, bytes, part);
    const file = await open(part, from === 0 ? 'w' : 'a');
    let at = from;
    try {
      for await (const chunk of response.body ?? []) {
        clearTimeout(timer);
        timer = setTimeout(stalled, stallMs);
        at += chunk.length;
        if (at > bytes) {
          await file.truncate(0);
          throw new DownloadFailure(`sends more than ${bytes} bytes`, false);
        }
        await file.write(chunk);
        onProgress?.(at);
      }
    } finally {
      await file.close();
    }
    if (at < bytes) throw new DownloadFailure(`connection lost at byte ${at} of ${bytes}`, true);
  } catch (error) {
    if (error instanceof DownloadFailure || isOfDisk(error)) throw error;
    throw new DownloadFailure(
      reasonOf(stall.signal.aborted ? stall.signal.reason : error),
      true,
      error,
    );
  } finally {
    clearTimeout(timer);
    // Closes the connection if a response is still arriving.
    stall.abort();
  }
}

/** The file offset of the response's first byte. */
async function startOf(
  response: HttpResponse,
  have: number,
  bytes: number,
  part: string,
): Promise<number> {
  const { status, headers } = response;
  if (
    status === 416 ||
    (status === 206 && !/^bytes \d+-/.test(headers.get('content-range') ?? ''))
  ) {
    // The server cannot serve this range, so the next request asks for the whole file.
    await rm(part, { force: true });
    throw new DownloadFailure(`status ${status} for a range from byte ${have}`, true);
  }
  if (status !== 200 && status !== 206)
    throw new DownloadFailure(`status ${status}`, status >= 500);
  const [, first, , total] =
    /^bytes (\d+)-(\d+)\/(\d+|\*)/.exec(headers.get('content-range') ?? '') ?? [];
  const from = status === 206 ? Number(first) : 0;
  if (from !== 0 && from !== have) {
    await rm(part, { force: true });
    throw new DownloadFailure(`answers from byte ${from}, requested ${have}`, true);
  }
  const length = headers.get('content-length');
  const offered =
    status === 206 && total !== '*'
      ? Number(total)
      : length === null
        ? bytes
        : from + Number(length);
  if (offered !== bytes)
    throw new DownloadFailure(`offers ${offered} bytes, expected ${bytes}`, false);
  return from;
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0;
}

/** Disk full, no permission: another URL would not help. */
const isOfDisk = (error: unknown) =>
  error instanceof Error &&
  'code' in error &&
  /^(ENOSPC|EACCES|EROFS|EDQUOT|EIO|EPERM)$/.test(String(error.code));

function reasonOf(error: unknown): string {
  // fetch says "fetch failed"; the reason is in its cause.
  const cause = error instanceof Error && error.cause ? error.cause : error;
  const first = cause instanceof AggregateError ? cause.errors[0] : cause;
  return messageOf(first).replace(/\.$/, '') || basename(String(first));
}
