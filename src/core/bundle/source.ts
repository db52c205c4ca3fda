import type { FileRef } from '../file-ref.ts';

/** Where a bundle's files come from: a folder, or a web server with a cache before it. */
export interface BundleSource {
  /** The folder or URL, for error messages. */
  readonly where: string;
  /** `manifest.json`, parsed as JSON but not checked. */
  manifest(): Promise<unknown>;
  /**
   * One file, its size and hash checked.
   * @throws MissingFileError where it is not there; SoutuError `BundleError` where it is another file
   */
  read(ref: FileRef): Promise<Uint8Array>;
}
