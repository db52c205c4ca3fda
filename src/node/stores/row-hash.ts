import { createHash } from 'node:crypto';
import type { IndexedItem } from '../../core/item.ts';

/** Raise it with every change of what adapters compute from an item (pushed-filter.ts), so that all rows are sent again. */
const VERSION = 1;

/** 128 bits of SHA-256 over an item and its vector, in hexadecimal. */
export function rowHash(item: IndexedItem, vector: Float32Array): string {
  return createHash('sha256')
    .update(`${VERSION}\n${JSON.stringify(item)}\n`)
    .update(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength))
    .digest('hex')
    .slice(0, 32);
}
