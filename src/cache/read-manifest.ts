/** Downloads and parses `manifest.json`. */

import { type Manifest, parseManifest } from '../core/bundle/manifest.ts';
import { SoutuError } from '../core/errors.ts';
import { decodeUtf8 } from '../core/text.ts';
import { sleep } from '../core/timeout.ts';
import { fetchManifest } from './fetch-asset.ts';

const SPACE = 0x20;
const BRACE = 0x7b;

/**
 * A host may serve a file during its upload, empty or truncated. In that case the manifest is downloaded again,
 * once per entry of `retryMs`.
 * @param retryMs delay in milliseconds before each retry
 * @param given the manifest as the page has downloaded it; null to download it
 * @param stallMs milliseconds without data after which a connection counts as broken
 * @throws the errors of `fetchManifest` and `parseManifest`; SoutuError `BundleError` if it is not JSON
 */
export async function readManifest(
  url: string,
  retryMs: readonly number[],
  given: Uint8Array | null = null,
  stallMs?: number,
): Promise<{ bytes: Uint8Array; manifest: Manifest }> {
  let bytes = given ?? (await fetchManifest(url, 'no-cache', stallMs));
  for (const wait of retryMs) {
    if (!isCut(bytes)) break;
    await sleep(wait);
    // Bypass the HTTP cache: hosts with timestamps in whole seconds would respond 304 Not Modified.
    bytes = await fetchManifest(url, 'reload', stallMs);
  }
  return { bytes, manifest: manifestOf(bytes, url) };
}

export function manifestOf(bytes: Uint8Array, url: string): Manifest {
  const raw = parsed(bytes);
  if (raw === undefined) throw noManifest(bytes, url);
  return parseManifest(raw, url);
}

/** Whether the bytes are empty or the start of a manifest. Anything else is another file, so retrying is pointless. */
function isCut(bytes: Uint8Array): boolean {
  const first = bytes.find((byte) => byte > SPACE);
  return parsed(bytes) === undefined && (first === undefined || first === BRACE);
}

/** @returns undefined if it is not JSON */
function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decodeUtf8(bytes));
  } catch {
    return undefined;
  }
}

function noManifest(bytes: Uint8Array, url: string): SoutuError {
  const size = bytes.length === 0 ? 'an empty file' : `${bytes.length} bytes`;
  const isBegun = isCut(bytes);
  const got = !isBegun
    ? `${size} of something else`
    : bytes.length
      ? `${size} that break off`
      : size;
  const advice = isBegun
    ? 'If it is being uploaded just now, try again in a minute; if not, upload it again, after all other files.'
    : "Check the bundle's address.";
  return new SoutuError(
    'BundleError',
    `${url}: expected the JSON of a bundle's manifest, got ${got}. ${advice}`,
  );
}
