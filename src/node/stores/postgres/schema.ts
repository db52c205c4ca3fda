/**
 * The tables of a catalogue "soutu" with a release "3f2a…":
 *
 *     soutu_releases   release │ info: JSON (release-info.ts) │ is_current │ number: in the order they were begun
 *     soutu_r_3f2a…    id │ terms, numbers, words: what filters look at (pushed-filter.ts) │ search: JSON of group, copyOf
 *                      and attributes │ details: JSON of the item's other fields │ hash │ embedding
 *
 * `id` is in the order of its bytes (COLLATE "C"). Bundles order by UTF-16, which differs only between characters above
 * U+FFFF and those from U+E000: of such ids with the same score, the last of an answer may be another one than a page's.
 *
 * A release has a table of its own, so that its graph holds no rows of others, and dropping one is instantaneous.
 */
import type { ReleaseInfo } from '../store.ts';

/** Above this, pgvector builds no HNSW index; such catalogues are compared row by row. */
export const MAX_INDEXED_DIMENSION = 2000;

export interface Graph {
  readonly m: number;
  readonly efConstruction: number;
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export const releasesTable = (name: string) => quoted(`${name}_releases`);
export const rowsTable = (name: string, release: string) => quoted(`${name}_r_${release}`);

export const COLUMNS = [
  'id',
  'terms',
  'numbers',
  'words',
  'search',
  'details',
  'hash',
  'embedding',
] as const;

export function createReleases(name: string): string {
  return `CREATE TABLE IF NOT EXISTS ${releasesTable(name)} (
  release text PRIMARY KEY,
  info text NOT NULL,
  is_current boolean NOT NULL DEFAULT false,
  number bigint NOT NULL GENERATED ALWAYS AS IDENTITY
)`;
}

export function createRows(name: string, { release, dimension }: ReleaseInfo): string {
  return `CREATE TABLE ${rowsTable(name, release)} (
  id text COLLATE "C" PRIMARY KEY,
  terms text[] NOT NULL,
  numbers jsonb NOT NULL,
  words text NOT NULL,
  search text NOT NULL,
  details text NOT NULL,
  hash text NOT NULL,
  embedding vector(${dimension}) NOT NULL
)`;
}

/** What makes the rows of a release fast to find, once they are there. */
export function createIndexes(
  name: string,
  { release, dimension }: ReleaseInfo,
  { m, efConstruction }: Graph,
): readonly string[] {
  const table = rowsTable(name, release);
  const index = (suffix: string) => quoted(`${name}_r_${release}_${suffix}`);
  const graph = `CREATE INDEX ${index('v')} ON ${table} USING hnsw (embedding vector_cosine_ops)
  WITH (m = ${m}, ef_construction = ${efConstruction})`;
  return [
    // An interrupted push may have built it with other settings.
    ...(dimension <= MAX_INDEXED_DIMENSION ? [`DROP INDEX IF EXISTS ${index('v')}`, graph] : []),
    `CREATE INDEX IF NOT EXISTS ${index('t')} ON ${table} USING gin (terms)`,
    `ANALYZE ${table}`,
  ];
}

/** Locks the row of the release, if it is still there. */
export function lockRelease(name: string): string {
  return `SELECT info FROM ${releasesTable(name)} WHERE release = $1 FOR UPDATE`;
}

export function publishRelease(name: string): string {
  return `UPDATE ${releasesTable(name)} SET is_current = (release = $1) WHERE is_current OR release = $1`;
}

const MEMORY_MB = { least: 64, most: 2048 };

/** Megabytes in which a graph of so many vectors can be built; with less, pgvector builds it many times slower. */
export function graphMemory({ count, dimension }: ReleaseInfo, { m }: Graph): number {
  // A vector, a node, and links of 16 bytes on level 0 and, for one node in m, above.
  const bytes = count * (4 * dimension + 170 + 2 * m * 16 * 1.07) * 1.05;
  return Math.min(MEMORY_MB.most, Math.max(MEMORY_MB.least, Math.ceil(bytes / 2 ** 20) + 4));
}
