/** What became of each item in a build. */
export interface ItemOutcome {
  readonly id: string;
  /** The image as the catalogue names it: a path below the catalogue's folder, or a URL. Nothing private. */
  readonly path: string;
  /** `unchanged`: in the bundle, but neither decoded nor embedded again. */
  readonly status: 'ok' | 'unchanged' | 'failed';
  /** If it failed: why. */
  readonly reason?: string;
  /** If the server did not give the photo, so that the copy of an earlier download is used: why. */
  readonly stale?: string;
  /** If only a part of the photo could be decoded: the decoder's error. */
  readonly damage?: string;
}
