/** What one library has to show: an index of vectors in memory, saved, loaded and searched. */
export interface Peer {
  readonly name: string;
  readonly version: string;
  /** Where it runs: WebAssembly, JavaScript, native code. */
  readonly runs: string;
  build(vectors: Float32Array, dimension: number): Promise<Built>;
}

export interface Built {
  /** Bytes of what a page would download. */
  readonly bytes: number;
  /** From these bytes to an index that searches. */
  load(): Promise<Searcher>;
}

export interface Searcher {
  /** The ten nearest rows, best first. */
  search(query: Float32Array): readonly number[] | Promise<readonly number[]>;
  close?(): void;
}

export interface PeerRow {
  readonly name: string;
  readonly version: string;
  readonly runs: string;
  readonly bytesPerPicture: number;
  readonly buildSeconds: number;
  readonly loadMs: number;
  /** Median of a search, queries one by one. */
  readonly queryMs: number;
  readonly recall10: number;
}
