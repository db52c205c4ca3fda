/**
 * What has changed since the shards of an index in parts were made. Root and shards stay as they are, so that a visitor who
 * comes back downloads the changes alone: removed positions, and segments with added items. A changed item is both.
 * A container of kind "parts-delta":
 *
 *     header     { kind: "parts-delta", base, added, removed, segments, facets, numeric }     base: items of the root
 *     removed    u8 [bytes]       positions of the root that no longer count: positions.ts
 *     homes      u16 [added]      by position: the shard whose centroid is nearest
 *     files      u8 [bytes]       for each segment varints of its items and of the bytes of its coarse file, and the first
 *                                 12 bytes of that file's SHA-256
 *
 * Added items have the positions from `base`, segment after segment. A segment is a shard without spilled rows, except that
 * the coarse codes of each item are stored less those of the centroid of its own home: they need the tables of the root, and
 * no more bits than the items of that shard.
 */
import { countOf, readContainer, sectionOf, writeContainer } from '../container.ts';
import { bytesOfHex, hexOf } from '../hex.ts';
import { putVarint, VarintReader } from '../varint.ts';
import { readPositions, writePositions } from './positions.ts';
import type { PartsRoot } from './root.ts';
import { damaged, HASH_BYTES, type PartRef } from './shard-files.ts';

const KIND = 'parts-delta';

export interface PartsDelta {
  /** Ascending. */
  readonly removed: Uint32Array;
  readonly homes: Uint16Array;
  readonly segments: readonly { readonly items: number; readonly file: PartRef }[];
  /** Facets of all items, as the root has them. */
  readonly facets: readonly string[];
  readonly numeric: readonly string[];
}

export function writeDelta(base: number, delta: PartsDelta): Uint8Array {
  const { removed, homes, segments, facets, numeric } = delta;
  const positions = writePositions(removed);
  const files: number[] = [];
  for (const { items, file } of segments) {
    putVarint(files, items);
    putVarint(files, file.bytes);
    files.push(...bytesOfHex(file.hash));
  }
  const list = Uint8Array.from(files);
  return writeContainer({
    kind: KIND,
    meta: {
      ...{ base, added: homes.length, removed: removed.length, segments: segments.length },
      ...{ facets, numeric },
    },
    sections: [
      { name: 'removed', dtype: 'u8', shape: [positions.length], data: positions },
      { name: 'homes', dtype: 'u16', shape: [homes.length], data: homes },
      { name: 'files', dtype: 'u8', shape: [list.length], data: list },
    ],
  });
}

/**
 * @param root without changes
 * @param where the file's name, for errors
 * @returns the root of the index with its changes
 * @throws SoutuError `BundleError`
 */
export function withDelta(root: PartsRoot, file: Uint8Array, where: string): PartsRoot {
  const container = readContainer(file, KIND, where);
  const bad = (what: string): never => {
    throw damaged(where, what);
  };
  const number = (name: string) => countOf(container, name, where);
  const base = number('base');
  if (base !== root.count) bad(`it is for an index of ${base} items, the root has ${root.count}`);
  const added = number('added');
  const removed = readPositions(
    sectionOf(container, 'removed', 'u8', where),
    number('removed'),
    base,
  );
  if (!removed) return bad('its removed positions are damaged');
  const homes = sectionOf(container, 'homes', 'u16', where);
  const firstShard = root.shards.length;
  if (homes.length !== added || homes.some((home) => home >= firstShard)) {
    bad(`"homes" must be ${added} of ${firstShard} shards`);
  }
  const { facets, numeric } = container.meta;
  const isNames = (value: unknown): value is string[] =>
    Array.isArray(value) && value.every((name) => typeof name === 'string');
  if (!isNames(facets) || !isNames(numeric)) return bad('"facets" and "numeric" must be texts');
  const segments = readSegments(sectionOf(container, 'files', 'u8', where), number('segments'));
  if (!segments) return bad('its list of files is damaged');
  const starts = new Uint32Array(firstShard + segments.length + 1);
  starts.set(root.starts);
  segments.forEach(({ items }, i) => {
    starts[firstShard + i + 1] = (starts[firstShard + i] as number) + items;
  });
  const count = starts[starts.length - 1] as number;
  if (count !== base + added) bad(`its segments have ${count - base} items, "added" says ${added}`);
  return {
    ...root,
    ...{ count, starts, facets, numeric },
    shards: [...root.shards, ...segments.map(({ file }) => file)],
    changes: { firstShard, firstPosition: base, homes, removed: new Set(removed) },
  };
}

/** Null if the bytes are damaged. */
function readSegments(bytes: Uint8Array, count: number): PartsDelta['segments'] | null {
  const segments: { items: number; file: PartRef }[] = [];
  const reader = new VarintReader(bytes);
  for (let i = 0; i < count; i++) {
    const [items, length] = [reader.next(), reader.next()];
    if (items < 1) return null;
    segments.push({ items, file: { bytes: length, hash: hexOf(reader.take(HASH_BYTES)) } });
  }
  return reader.isAtEnd ? segments : null;
}

/** The shard whose centroid the coarse codes of a row are relative to. */
export function homeOf({ changes }: PartsRoot, shard: number, position: number): number {
  if (!changes || shard < changes.firstShard) return shard;
  return changes.homes[position - changes.firstPosition] as number;
}
