/** Rows of a store as one statement that takes any number of them. */

import { arrayLiteral } from '../../database/postgres-batch.ts';
import { searchColumns } from '../pushed-filter.ts';
import type { StoreRow } from '../store.ts';
import { encodeArray, encodeVector, TEXT_OID } from './binary.ts';
import { COLUMNS } from './schema.ts';

/** Columns that are sent as text and converted by the server. */
const CASTS: Partial<Record<(typeof COLUMNS)[number], string>> = {
  terms: '::text[]',
  numbers: '::jsonb',
};

/** @param table quoted */
export function insertStatement(table: string): string {
  const types = COLUMNS.map((name) => (name === 'embedding' ? 'vector[]' : 'text[]'));
  const sources = types.map((type, i) => `$${i + 1}::${type}`);
  const selected = COLUMNS.map((name) => `sent.${name}${CASTS[name] ?? ''}`);
  const updates = COLUMNS.slice(1).map((name) => `${name} = EXCLUDED.${name}`);
  return `INSERT INTO ${table} (${COLUMNS.join(', ')})
SELECT ${selected.join(', ')} FROM unnest(${sources.join(', ')}) AS sent (${COLUMNS.join(', ')})
ON CONFLICT (id) DO UPDATE SET ${updates.join(', ')}`;
}

/**
 * The statement's values.
 * @param vectorOid object identifier of `vector`, which differs between databases
 */
export function insertValues(rows: readonly StoreRow[], vectorOid: number): Buffer[] {
  const columns = rows.map(({ item, search, details, hash }) => {
    const { terms, numbers, words } = searchColumns(item);
    return [
      item.id,
      arrayLiteral(terms),
      JSON.stringify(Object.fromEntries(numbers)),
      words,
      search,
      details,
      hash,
    ];
  });
  const texts = COLUMNS.slice(0, -1).map((_, i) =>
    encodeArray(
      TEXT_OID,
      columns.map((values) => Buffer.from(values[i] as string)),
    ),
  );
  return [
    ...texts,
    encodeArray(
      vectorOid,
      rows.map(({ vector }) => encodeVector(vector)),
    ),
  ];
}
