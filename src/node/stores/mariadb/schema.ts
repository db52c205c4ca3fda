/**
 * The tables of a catalogue "soutu" with a release "3f2a…":
 *
 *     soutu_releases   release │ info: JSON (release-info.ts) │ is_current │ number: in the order they were begun
 *     soutu_r_3f2a…    item: key │ id │ words │ search, details: the item as JSON (item-parts.ts) │ hash │ embedding
 *     soutu_t_3f2a…    term: key │ item: key of a row that has it
 *     soutu_n_3f2a…    attribute: key │ number │ item: key of the row
 *
 * A key is the first 16 bytes of a SHA-256: beside a vector index, the primary key has at most 256 bytes, and ids may be
 * longer. MariaDB has no arrays, so that terms and numbers have tables of their own (pushed-filter.ts).
 */
import { createHash } from 'node:crypto';
import { DEFAULT_M } from '../settings.ts';
import type { ReleaseInfo } from '../store.ts';

export const VECTOR_INDEX = 'nearest';

export interface Tables {
  readonly releases: string;
  readonly rows: string;
  readonly terms: string;
  readonly numbers: string;
}

export function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

export const releasesTable = (name: string) => quoted(`${name}_releases`);

export function tablesOf(name: string, release: string): Tables {
  return {
    releases: releasesTable(name),
    rows: quoted(`${name}_r_${release}`),
    terms: quoted(`${name}_t_${release}`),
    numbers: quoted(`${name}_n_${release}`),
  };
}

export function keyOf(text: string): Buffer {
  return createHash('sha256').update(text).digest().subarray(0, 16);
}

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

export function createReleases(name: string): string {
  return `CREATE TABLE IF NOT EXISTS ${releasesTable(name)} (
  \`release\` VARCHAR(200) PRIMARY KEY,
  info LONGTEXT NOT NULL,
  is_current BOOLEAN NOT NULL DEFAULT FALSE,
  number BIGINT NOT NULL AUTO_INCREMENT UNIQUE
) ${OPTIONS}`;
}

export function createTables(
  { rows, terms, numbers }: Tables,
  { dimension }: ReleaseInfo,
): readonly string[] {
  return [
    `CREATE TABLE ${rows} (
  item BINARY(16) PRIMARY KEY,
  id LONGTEXT NOT NULL,
  words LONGTEXT NOT NULL,
  search LONGTEXT NOT NULL,
  details LONGTEXT NOT NULL,
  hash CHAR(32) NOT NULL,
  embedding VECTOR(${dimension}) NOT NULL
) ${OPTIONS}`,
    `CREATE TABLE ${terms} (term BINARY(16), item BINARY(16), PRIMARY KEY (term, item), KEY (item)) ${OPTIONS}`,
    `CREATE TABLE ${numbers} (
  attribute BINARY(16), number DOUBLE, item BINARY(16), PRIMARY KEY (attribute, number, item), KEY (item)
) ${OPTIONS}`,
  ];
}

/** Made when the rows are there. The metric is named, because the default is Euclidean. */
export function createGraph({ rows }: Tables, m = DEFAULT_M): string {
  return `ALTER TABLE ${rows} ADD VECTOR INDEX ${VECTOR_INDEX} (embedding) M=${m} DISTANCE=cosine`;
}

export function dropTables({ rows, terms, numbers }: Tables): string {
  return `DROP TABLE IF EXISTS ${rows}, ${terms}, ${numbers}`;
}

export function publishRelease(name: string): string {
  return `UPDATE ${releasesTable(name)} SET is_current = (\`release\` = ?) WHERE is_current OR \`release\` = ?`;
}
