import { brotliCompressSync } from 'node:zlib';
import type { BundleSource } from '../../core/bundle/source.ts';

export interface Reads {
  /** The manifest is counted as hosts send it: compressed. */
  readonly bytes: number;
  readonly requests: number;
  /** Rounds of requests that wait for one another: the manifest is the first one. */
  readonly rounds: number;
}

/** Counts what is read. A round begins when a file is asked for while none is being read. */
export function countingSource(plain: BundleSource): {
  readonly source: BundleSource;
  counts(): Reads;
} {
  let [bytes, requests, rounds, open] = [0, 0, 0, 0];
  const counted = async <T>(work: Promise<T>, bytesOf: (read: T) => number): Promise<T> => {
    if (open === 0) rounds++;
    open++;
    requests++;
    try {
      const read = await work;
      bytes += bytesOf(read);
      return read;
    } finally {
      open--;
    }
  };
  const source: BundleSource = {
    where: plain.where,
    manifest: () =>
      counted(plain.manifest(), (manifest) => brotliCompressSync(JSON.stringify(manifest)).length),
    read: (ref) => counted(plain.read(ref), (file) => file.length),
  };
  return { source, counts: () => ({ bytes, requests, rounds }) };
}
