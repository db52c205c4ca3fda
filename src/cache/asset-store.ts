/** Stores downloaded files on the visitor's device by key (a content hash, or `manifest:URL`). */
export interface AssetStore {
  get(key: string): Promise<Uint8Array | undefined>;
  put(key: string, bytes: Uint8Array): Promise<void>;
  delete(key: string): Promise<void>;
  keys(): Promise<string[]>;
  clear(): Promise<void>;
  close(): void;
}
