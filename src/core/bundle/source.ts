import type { FileRef } from '../file-ref.ts';
import type { Manifest } from './manifest.ts';

/** The source of a bundle's files: a folder, or a web server behind a cache. */
export interface BundleSource {
  /** The folder or URL, for error messages. */
  readonly where: string;
  /** `manifest.json`, parsed as JSON but not checked. */
  manifest(): Promise<unknown>;
  /**
   * Reads one file and verifies its size and hash.
   * @throws MissingFileError if it does not exist; SoutuError `BundleError` if its content differs
   */
  read(ref: FileRef): Promise<Uint8Array>;
  /**
   * Reads a file of an index in parts, of which there are too many to store them all; default `read`.
   * @param ref with the first 24 digits of its SHA-256
   */
  readPart?(ref: FileRef): Promise<Uint8Array>;
  /**
   * Whether another release has replaced this one; default no, as without a connection.
   * @param manifest of the release in use, as `parseManifest` returns it
   */
  isReplaced?(manifest: Manifest): Promise<boolean>;
}
