/** Reads from PostgreSQL. */
import type { FieldDef } from 'pg';
import { ConnectionLost } from '../../database/connection-lost.ts';
import { openPostgresDriver, rethrowLost } from '../../database/postgres.ts';
import type { ServerAddress } from '../../database/server-address.ts';
import {
  asTable,
  type Cell,
  type Column,
  type Connection,
  type Database,
  hexOf,
} from './connection.ts';

/** Object identifiers of types, which are the same on every server (src/include/catalog/pg_type.dat). */
const BOOL = 16;
const BYTEA = 17;
const INTEGERS = [20, 21, 23, 26];
const FLOATS = [700, 701];
const NUMERIC = 1700;
const JSON_TYPES = [114, 3802];
const BLANK_PADDED = 1042;
/** Lists of texts, numbers, booleans and UUIDs. */
const ARRAYS = [1000, 1005, 1007, 1009, 1014, 1015, 1016, 1021, 1022, 1231, 2951];
/** Types without an order: json, xml, and shapes. */
const UNSORTED = [114, 142, 600, 601, 602, 603, 604, 628, 718];

const SETTINGS = [
  'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
  'SET LOCAL standard_conforming_strings = on',
  "SET LOCAL bytea_output = 'hex'",
  "SET LOCAL datestyle = 'ISO, MDY'",
];

/** @throws SoutuError `UsageError` if pg is not installed */
export async function openPostgres(address: ServerAddress): Promise<Database> {
  const driver = await openPostgresDriver(address, 'Reading from PostgreSQL');
  return {
    dialect: {
      quoted: (name) => `"${name.replaceAll('"', '""')}"`,
      // The server reads a text as a value of the column's type.
      literal: (key) =>
        key instanceof Uint8Array ? `'\\x${hexOf(key)}'` : `'${String(key).replaceAll("'", "''")}'`,
    },
    async connect(): Promise<Connection> {
      const client = await driver.connect({
        types: { getTypeParser: () => (text: unknown) => text },
      });
      let lost: Error | null = null;
      client.on('error', (error) => {
        lost = error;
      });
      const run = async (text: string) => {
        if (lost) throw new ConnectionLost(lost.message, { cause: lost });
        // The extended protocol takes one statement only.
        const query = { text, rowMode: 'array', queryMode: 'extended' } as const;
        return client.query<unknown[]>(query).catch(rethrowLost);
      };
      try {
        for (const setting of SETTINGS) await run(setting);
      } catch (error) {
        await client.end().catch(() => undefined);
        throw error;
      }
      return {
        async columns(sql) {
          const { fields } = await run(`SELECT * FROM ${asTable(sql)} LIMIT 0`);
          return fields.map(columnOf);
        },
        async read(sql) {
          const { fields, rows } = await run(sql);
          const decoders = fields.map(({ dataTypeID }) => decoderOf(dataTypeID, driver));
          return rows.map((row) =>
            decoders.map((decode, i) => (row[i] === null ? null : decode(row[i] as string))),
          );
        },
        close: async () => client.end().catch(() => undefined),
      };
    },
  };
}

function columnOf({ name, dataTypeID: type }: FieldDef): Column {
  return {
    name,
    kind: type === NUMERIC ? 'decimal' : 'other',
    canPage: !UNSORTED.includes(type),
    isBytes: type === BYTEA,
  };
}

function decoderOf(
  type: number,
  driver: { typeParser(oid: number): (text: string) => unknown },
): (text: string) => Cell {
  if (type === BOOL) return (text) => text === 't';
  if (type === BYTEA) return (text) => new Uint8Array(Buffer.from(text.slice(2), 'hex'));
  if (INTEGERS.includes(type)) {
    return (text) => (Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text));
  }
  if (FLOATS.includes(type)) return Number;
  if (JSON_TYPES.includes(type)) return (text) => JSON.parse(text) as unknown;
  if (ARRAYS.includes(type)) return driver.typeParser(type);
  return type === BLANK_PADDED ? (text) => text.trimEnd() : (text) => text;
}
