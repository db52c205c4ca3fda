/**
 * The manifest that the page of a built site began to download before the scripts of the search had arrived: on a slow
 * line, that saves a round trip (see src/client/connection/early-script.ts).
 */
import { bundleFile } from '../../browser/bundle-url.ts';

export interface EarlyManifest {
  /** Absolute URL of the manifest. */
  readonly url: string;
  /** When the download began, as `performance.now()`. */
  readonly since: number;
  /** Null if it failed; the worker then downloads the manifest itself, and says what is wrong. */
  readonly bytes: Promise<ArrayBuffer | null>;
}

declare global {
  /** Set by src/client/connection/early-script.ts, which imports nothing, so that it runs as soon as possible. */
  var soutuEarlyManifest: EarlyManifest | undefined;
}

/** An older one may have been replaced. */
const FRESH_MS = 60_000;

/**
 * The manifest can be taken once; the next call is for a newer one.
 * @param bundle absolute URL of the bundle's folder
 * @returns null if the page has not downloaded it
 */
export async function takeEarlyManifest(bundle: string): Promise<Uint8Array | null> {
  const early = globalThis.soutuEarlyManifest;
  if (!early || early.url !== bundleFile(bundle, 'manifest.json')) return null;
  globalThis.soutuEarlyManifest = undefined;
  if (performance.now() - early.since > FRESH_MS) return null;
  const bytes = await early.bytes;
  return bytes && new Uint8Array(bytes);
}
