/** The items of the rows that a search in parts has found: in the shards that it has read, in postings, or already at hand. */
import type { SearchItem } from '../../core/item.ts';
import type { PartRef } from '../../core/parts/shard-files.ts';
import type { ShardReader } from '../../core/parts/shard-reader.ts';
import { rowOf } from '../../core/search/item-table.ts';
import type { Neighbour } from '../../core/search/rank.ts';
import type { PartReads } from './part-reads.ts';
import type { PostedRows } from './posting-search.ts';
import type { Candidate } from './prober.ts';

export interface FoundRow {
  readonly neighbour: Neighbour;
  readonly item: SearchItem;
  readonly position: number;
}

export interface RowSources {
  /** The coarse files. */
  readonly shards: readonly PartRef[];
  readonly reader: ShardReader;
  readonly reads: PartReads;
}

/** Reads a shard of each candidate; rows of shards that fail are missing. */
export async function rowsOfShards(
  candidates: readonly Candidate[],
  { reader, reads }: RowSources,
): Promise<FoundRow[]> {
  const byShard = groupByShard(candidates);
  const rows: FoundRow[] = [];
  await reads.each('coarse', [...byShard.keys()], async (index) => {
    const shard = await reader.shard(index);
    const items = await shard.items();
    return () => {
      const scores = byShard.get(index) as ReadonlyMap<number, number>;
      shard.positions.forEach((position, i) => {
        const score = scores.get(position);
        if (score !== undefined) rows.push(foundRow(items[i] as SearchItem, position, score));
      });
    };
  });
  return rows;
}

/** The items are in the shards and in the postings' own columns: whichever are fewer bytes are read. */
export async function rowsOfPosting(
  candidates: readonly Candidate[],
  posted: PostedRows,
  sources: RowSources,
): Promise<FoundRow[]> {
  const shards = new Set(
    candidates.filter(({ isRefined }) => !isRefined).map(({ shard }) => shard),
  );
  const shardBytes = [...shards].reduce(
    (sum, shard) => sum + (sources.shards[shard] as PartRef).bytes,
    0,
  );
  if (posted.itemBytes > shardBytes) {
    const rows = await rowsOfShards(candidates, sources);
    if (rows.length === candidates.length) return rows;
  }
  const known = new Map<number, SearchItem>();
  await sources.reads.each('postings', [1], async () => {
    const items = await posted.items();
    return () => {
      items.forEach((item, i) => {
        known.set(posted.positions[i] as number, item);
      });
    };
  });
  return rowsOfKnown(candidates, known, sources);
}

/** @param known items by position; others are read */
export async function rowsOfKnown(
  candidates: readonly Candidate[],
  known: ReadonlyMap<number, SearchItem>,
  sources: RowSources,
): Promise<FoundRow[]> {
  const rows: FoundRow[] = [];
  const others: Candidate[] = [];
  for (const candidate of candidates) {
    const item = known.get(candidate.position);
    if (item) rows.push(foundRow(item, candidate.position, candidate.score));
    else others.push(candidate);
  }
  return others.length === 0 ? rows : [...rows, ...(await rowsOfShards(others, sources))];
}

function foundRow(item: SearchItem, position: number, score: number): FoundRow {
  return { neighbour: { row: rowOf(item), score }, item, position };
}

function groupByShard(candidates: readonly Candidate[]): Map<number, Map<number, number>> {
  const byShard = new Map<number, Map<number, number>>();
  for (const { shard, position, score } of candidates) {
    const scores = byShard.get(shard) ?? new Map<number, number>();
    byShard.set(shard, scores.set(position, score));
  }
  return byShard;
}
