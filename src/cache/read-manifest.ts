/** `manifest.json` from the server: the bytes that came, and what they say. */

import { type Manifest, parseManifest } from '../core/bundle/manifest.ts';
import { SoutuError } from '../core/errors.ts';
import { decodeUtf8 } from '../core/text.ts';
import { sleep } from '../core/timeout.ts';
import { fetchManifest } from './fetch-asset.ts';

const SPACE = 0x20;
const BRACE = 0x7b;

/**
 * A host may give a file while it is being uploaded, empty or without its end: it is read again then, as often
 * as there are waits.
 * @param retryMs milliseconds before each further try
 * @throws what `fetchManifest` and `parseManifest` throw; SoutuError `BundleError` for what is no JSON
 */
export async function readManifest(
  url: string,
  retryMs: readonly number[],
): Promise<{ bytes: Uint8Array; manifest: Manifest }> {
  let bytes = await fetchManifest(url, 'no-cache');
  for (const wait of retryMs) {
    if (!isCut(bytes)) break;
    await sleep(wait);
    // Hosts that tell files apart by the second would say that nothing has changed.
    bytes = await fetchManifest(url, 'reload');
  }
  return { bytes, manifest: manifestOf(bytes, url) };
}

export function manifestOf(bytes: Uint8Array, url: string): Manifest {
  const raw = parsed(bytes);
  if (raw === undefined) throw noManifest(bytes, url);
  return parseManifest(raw, url);
}

/** The beginning of a manifest, or nothing yet; what begins in another way is another file, and stays it. */
function isCut(bytes: Uint8Array): boolean {
  const first = bytes.find((byte) => byte > SPACE);
  return parsed(bytes) === undefined && (first === undefined || first === BRACE);
}

/** @returns undefined where it is no JSON */
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
