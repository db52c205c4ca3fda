import { hash } from 'node:crypto';
import type { IndexedItem } from '../../core/item.ts';
import { splitItem } from './item-parts.ts';
import type { StoreRow } from './store.ts';

/** Raise it with every change of what adapters compute from an item (pushed-filter.ts), so that all rows are sent again. */
const VERSION = 2;

/** Hexadecimal digits: 128 bits of SHA-256. */
const DIGITS = 32;

/** What is hashed, one row after the other. */
let scratch = Buffer.allocUnsafe(2 ** 14);

/** @param vector unit vector in the index's space */
export function storeRow(item: IndexedItem, vector: Float32Array): StoreRow {
  const { search, details } = splitItem(item);
  const text = `${VERSION}\n${JSON.stringify(item.id)}\n${search}\n${details}\n`;
  // UTF-8 has at most 3 bytes for a UTF-16 unit.
  const most = 3 * text.length + vector.byteLength;
  if (most > scratch.length) scratch = Buffer.allocUnsafe(2 * most);
  const length = scratch.write(text);
  scratch.set(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength), length);
  const digest = hash('sha256', scratch.subarray(0, length + vector.byteLength), 'hex');
  return { item, vector, search, details, hash: digest.slice(0, DIGITS) };
}
