import { deflateRawSync } from 'node:zlib';
import { writeColumns } from '../../../core/bundle/columns.ts';
import type { SearchItem } from '../../../core/item.ts';

/** Items in the sample: about one shard. */
const SAMPLED = 250;

/** Bytes of an item's id and attributes in a shard, from a sample. */
export function rowBytesOf(items: readonly SearchItem[]): number {
  const step = Math.max(1, Math.floor(items.length / SAMPLED));
  const sample = items.filter((_, row) => row % step === 0);
  const [columns] = writeColumns(sample, [[0, sample.length]]);
  return deflateRawSync(columns?.bytes ?? new Uint8Array()).length / sample.length;
}
