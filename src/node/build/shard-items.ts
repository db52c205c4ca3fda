import type { IndexedItem } from '../../core/item.ts';

/** Well below the 20 MiB that a bundle's file may have. */
const MAX_BYTES = 16 << 20;

/** The items as JSON files, a line an item, in order. */
export function shardItems(items: readonly IndexedItem[], maxBytes = MAX_BYTES): Uint8Array[] {
  const encoder = new TextEncoder();
  const shards: Uint8Array[] = [];
  let lines: string[] = [];
  let bytes = 0;
  const flush = () => {
    shards.push(encoder.encode(`[\n${lines.join(',\n')}\n]\n`));
    lines = [];
    bytes = 0;
  };
  for (const item of items) {
    const line = JSON.stringify(item);
    const size = Buffer.byteLength(line) + 2;
    if (lines.length > 0 && bytes + size > maxBytes) flush();
    lines.push(line);
    bytes += size;
  }
  flush();
  return shards;
}
