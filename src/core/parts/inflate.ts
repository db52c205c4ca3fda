import { SoutuError } from '../errors.ts';
import { damaged } from './shard-files.ts';

// In browsers and in Node, but in no library that both have.
declare const Blob: new (
  parts: readonly Uint8Array<ArrayBuffer>[],
) => {
  stream(): { pipeThrough(transform: object): AsyncIterable<Uint8Array> & Readable };
};
declare const DecompressionStream: new (format: 'deflate-raw') => object;
interface Readable {
  getReader(): { read(): Promise<{ done: boolean; value?: Uint8Array }>; cancel(): Promise<void> };
}

/**
 * @param expected bytes once inflated; more are not read
 * @throws SoutuError `BundleError`
 */
export async function inflate(
  bytes: Uint8Array<ArrayBuffer>,
  expected: number,
  where: string,
): Promise<Uint8Array> {
  const out = new Uint8Array(expected);
  let at = 0;
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    const reader = stream.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || !value) break;
      if (at + value.length > expected) {
        await reader.cancel();
        throw damaged(where, `its columns have more than ${expected} bytes`);
      }
      out.set(value, at);
      at += value.length;
    }
  } catch (error) {
    if (error instanceof SoutuError) throw error;
    throw damaged(where, 'its columns are damaged');
  }
  if (at !== expected) throw damaged(where, `its columns have ${at} bytes, expected ${expected}`);
  return out;
}
