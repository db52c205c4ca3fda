/**
 * A large file of known size and MD5, from the first address that gives it. What has come stays in FILE.part:
 * after a break the download goes on there. The final name appears only when size and MD5 are right.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EnvHttpProxyAgent, fetch } from 'undici';
import { messageOf, SoutuError } from '../../core/errors.ts';
import type { Download } from './vgg16.ts';

export interface DownloadOptions {
  /** No byte for so long is a break; default 30 s. */
  readonly stallMs?: number;
  /** Before another try; doubled each time. Default 0.5 s. */
  readonly retryMs?: number;
  readonly onProgress?: (bytes: number) => void;
}

/** Tries at one address without a single new byte. */
const IDLE_TRIES = 2;
/** Tries at one address in all. */
const MAX_TRIES = 20;

/** An address is of no use, or the connection broke. */
class Refused extends Error {
  /** Whether another try at this address may go better. */
  readonly isBreak: boolean;

  constructor(message: string, isBreak: boolean, cause?: unknown) {
    super(message, { cause });
    this.isBreak = isBreak;
  }
}

/**
 * @param path where the file is to be; a good one that is there already is taken as it is
 * @throws SoutuError `NetworkError` that says what each address did
 */
export async function download(
  what: Download,
  path: string,
  options: DownloadOptions = {},
): Promise<void> {
  if (await isGood(path, what)) return;
  await mkdir(dirname(path), { recursive: true });
  const dispatcher = new EnvHttpProxyAgent();
  const said: string[] = [];
  try {
    for (const url of what.urls) {
      try {
        await fromAddress(url, what, path, dispatcher, options);
        return;
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        said.push(`${new URL(url).host}: ${error.message}`);
      }
    }
  } finally {
    await dispatcher.destroy();
  }
  throw new SoutuError('NetworkError', said.join('; '));
}

/** Whether the file is there, of the right size and MD5. */
export async function isGood(path: string, { bytes, md5 }: Download): Promise<boolean> {
  const size = await sizeOf(path);
  return size === bytes && (await md5Of(path)) === md5;
}

export async function md5Of(path: string): Promise<string> {
  const hash = createHash('md5');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

async function fromAddress(
  url: string,
  what: Download,
  path: string,
  dispatcher: EnvHttpProxyAgent,
  options: DownloadOptions,
): Promise<void> {
  const part = `${path}.part`;
  let idle = 0;
  // Bytes of another address, or of a run long ago, may not fit these: then once more from the start.
  let isOurs = (await sizeOf(part)) === 0;
  for (let tries = 1; ; tries++) {
    const before = await sizeOf(part);
    try {
      if (before < what.bytes) await takeRest(url, what, part, dispatcher, options);
      const got = await md5Of(part);
      if (got === what.md5) break;
      await rm(part, { force: true });
      if (isOurs) {
        throw new Refused(`gave ${what.bytes} bytes with MD5 ${got}, expected ${what.md5}`, false);
      }
      isOurs = true;
    } catch (error) {
      if (!(error instanceof Refused) || !error.isBreak) throw error;
      idle = (await sizeOf(part)) > before ? 0 : idle + 1;
      if (idle >= IDLE_TRIES || tries >= MAX_TRIES) throw error;
      await sleep((options.retryMs ?? 500) * 2 ** Math.min(idle, 4));
    }
  }
  await rename(part, path);
}

/** Asks for what is missing of the part, and appends it. */
async function takeRest(
  url: string,
  { bytes }: Download,
  part: string,
  dispatcher: EnvHttpProxyAgent,
  { stallMs = 30_000, onProgress }: DownloadOptions,
): Promise<void> {
  const have = await sizeOf(part);
  const stall = new AbortController();
  const stalled = () => stall.abort(new Error(`no byte for ${stallMs / 1000} s`));
  let timer = setTimeout(stalled, stallMs);
  try {
    const response = await fetch(url, {
      dispatcher,
      signal: stall.signal,
      headers: {
        // Sizes are of the file itself.
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
          throw new Refused(`gives more than ${bytes} bytes`, false);
        }
        await file.write(chunk);
        onProgress?.(at);
      }
    } finally {
      await file.close();
    }
    if (at < bytes) throw new Refused(`broke off at byte ${at} of ${bytes}`, true);
  } catch (error) {
    if (error instanceof Refused || isOfDisk(error)) throw error;
    throw new Refused(reasonOf(stall.signal.aborted ? stall.signal.reason : error), true, error);
  } finally {
    clearTimeout(timer);
    // What is still coming is of no use.
    stall.abort();
  }
}

/** Where the answer's first byte belongs. */
async function startOf(
  response: Awaited<ReturnType<typeof fetch>>,
  have: number,
  bytes: number,
  part: string,
): Promise<number> {
  const { status, headers } = response;
  if (
    status === 416 ||
    (status === 206 && !/^bytes \d+-/.test(headers.get('content-range') ?? ''))
  ) {
    // It knows no such range: without a part, it is asked for all.
    await rm(part, { force: true });
    throw new Refused(`status ${status} for a range from byte ${have}`, true);
  }
  if (status !== 200 && status !== 206) throw new Refused(`status ${status}`, status >= 500);
  const [, first, , total] =
    /^bytes (\d+)-(\d+)\/(\d+|\*)/.exec(headers.get('content-range') ?? '') ?? [];
  const from = status === 206 ? Number(first) : 0;
  if (from !== 0 && from !== have) {
    await rm(part, { force: true });
    throw new Refused(`answers from byte ${from}, asked for ${have}`, true);
  }
  const length = headers.get('content-length');
  const offered =
    status === 206 && total !== '*'
      ? Number(total)
      : length === null
        ? bytes
        : from + Number(length);
  if (offered !== bytes) throw new Refused(`offers ${offered} bytes, expected ${bytes}`, false);
  return from;
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0;
}

/** No space, no permission: another address does not help. */
const isOfDisk = (error: unknown) =>
  error instanceof Error &&
  'code' in error &&
  /^(ENOSPC|EACCES|EROFS|EDQUOT|EIO|EPERM)$/.test(String(error.code));

function reasonOf(error: unknown): string {
  // undici says "fetch failed", and why in the cause.
  const cause = error instanceof Error && error.cause ? error.cause : error;
  const first = cause instanceof AggregateError ? cause.errors[0] : cause;
  return messageOf(first).replace(/\.$/, '') || basename(String(first));
}
