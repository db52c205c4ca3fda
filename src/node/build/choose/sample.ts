/** The photos of a catalogue with groups that settings are measured on: each is a query among all the others. */
import { distinctVectors } from '../../../core/vector/distinct.ts';
import { seededRandom, shuffled } from '../../../core/vector/random.ts';

export interface Sample {
  /** Rows of the catalogue, ascending. */
  readonly rows: Uint32Array;
  /** The number of each row's group. */
  readonly groupOf: Uint32Array;
  /** Positions in `rows` of the queries. Each has another photo of its group in the sample. */
  readonly queries: Uint32Array;
  /** How many groups the queries are of. */
  readonly groups: number;
}

/** Fewer groups say little about a catalogue. */
const MIN_GROUPS = 8;
/** Measured: all weights take about a second on one core, and a catalogue of any size takes no longer. */
const MAX_ROWS = 2000;
const MAX_QUERIES = 400;

/**
 * Draws whole groups until the sample is full. Equal vectors count once: they find each other with every setting.
 * @param vectors count × dimension
 * @returns null if fewer than `MIN_GROUPS` groups have two photos
 */
export function sampleOf(
  vectors: Float32Array,
  dimension: number,
  groups: readonly string[],
): Sample | null {
  const random = seededRandom(1);
  const members = new Map<string, number[]>();
  for (const row of distinctVectors(vectors, dimension).firstRows) {
    const group = groups[row] as string;
    const own = members.get(group);
    if (own) own.push(row);
    else members.set(group, [row]);
  }
  const drawn: number[][] = [];
  let count = 0;
  for (const own of shuffled([...members.values()], random)) {
    if (count > 0 && count + own.length > MAX_ROWS) continue;
    drawn.push(own);
    count += own.length;
  }
  const placed = drawn
    .flatMap((own, group) => own.map((row) => ({ row, group, isQuery: own.length > 1 })))
    .sort((a, b) => a.row - b.row);
  const possible = placed.flatMap(({ isQuery }, at) => (isQuery ? [at] : []));
  const queries = shuffled(possible, random).slice(0, MAX_QUERIES);
  const groupCount = new Set(queries.map((at) => placed[at]?.group)).size;
  if (groupCount < MIN_GROUPS) return null;
  return {
    rows: Uint32Array.from(placed, ({ row }) => row),
    groupOf: Uint32Array.from(placed, ({ group }) => group),
    queries: Uint32Array.from(queries).sort(),
    groups: groupCount,
  };
}
