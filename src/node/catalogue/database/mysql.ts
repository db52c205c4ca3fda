/** Reads from MySQL and MariaDB. */
import type { FieldPacket, RowDataPacket } from 'mysql2';
import { openMariaDbDriver, rethrowLost } from '../../database/mariadb.ts';
import type { ServerAddress } from '../../database/server-address.ts';
import {
  asTable,
  type Cell,
  type Column,
  type Connection,
  type Database,
  hexOf,
} from './connection.ts';

/** Column types of the protocol (MySQL's `enum_field_types`). */
const TINY = 1;
const INTEGERS = [2, 3, 8, 9, 13];
const FLOATS = [4, 5];
const DECIMALS = [0, 246];
const DATES = [7, 10, 11, 12];
const JSON_TYPE = 245;
const BIT = 16;
const BLOBS = [249, 250, 251, 252];
const GEOMETRY = 255;
/** Character set of bytes. */
const BINARY = 63;
const ENUM_OR_SET = 256 | 2048;

/** @throws SoutuError `UsageError` if mysql2 is not installed */
export async function openMysql(address: ServerAddress): Promise<Database> {
  const driver = await openMariaDbDriver(address, 'Reading from MySQL or MariaDB');
  return {
    dialect: {
      quoted: (name) => `\`${name.replaceAll('`', '``')}\``,
      literal: (key, { kind }) => {
        if (key instanceof Uint8Array) return `x'${hexOf(key)}'`;
        // Decimals without quotes: compared with a text, they would be rounded to floats.
        if (typeof key !== 'string' || kind === 'decimal') return String(key);
        // In hex, whatever the server's mode says about backslashes.
        return `_utf8mb4 x'${hexOf(Buffer.from(key))}'`;
      },
    },
    async connect(): Promise<Connection> {
      const connection = await driver.connect({
        rowsAsArray: true,
        // Bytes, decoded below by what the server says of their column.
        typeCast: (field) => field.buffer(),
      });
      const run = (sql: string) => connection.query<RowDataPacket[][]>(sql).catch(rethrowLost);
      try {
        await run('SET SESSION TRANSACTION READ ONLY, ISOLATION LEVEL REPEATABLE READ');
        await run('START TRANSACTION WITH CONSISTENT SNAPSHOT');
      } catch (error) {
        connection.destroy();
        throw error;
      }
      return {
        async columns(sql) {
          const [, fields] = await run(`SELECT * FROM ${asTable(sql)} LIMIT 0`);
          return fields.map(columnOf);
        },
        async read(sql) {
          const [rows, fields] = await run(sql);
          const decoders = fields.map(decoderOf);
          return rows.map((row) =>
            decoders.map((decode, i) => {
              const bytes = row[i] as unknown as Buffer | null;
              return bytes === null ? null : decode(bytes);
            }),
          );
        },
        close: async () => {
          connection.destroy();
        },
      };
    },
  };
}

function columnOf(field: FieldPacket): Column {
  const { name } = field;
  const type = typeOf(field);
  const isInteger = type === TINY || INTEGERS.includes(type);
  const isText = !isInteger && !isOther(field, type);
  const canPage = isInteger || DECIMALS.includes(type) || DATES.includes(type) || isText;
  const isBytes = BLOBS.includes(type) && field.characterSet === BINARY;
  if (DECIMALS.includes(type)) return { name, kind: 'decimal', canPage, isBytes };
  const isFlag = type === TINY && (field.columnLength ?? field.length) === 1;
  return { name, kind: isFlag ? 'flag' : 'other', canPage, isBytes };
}

/** An ENUM is sorted by the number of its value, but compared by its text. */
function isOther(field: FieldPacket, type: number): boolean {
  const flags = typeof field.flags === 'number' ? field.flags : 0;
  return (
    [...FLOATS, ...DECIMALS, ...DATES, JSON_TYPE, BIT, GEOMETRY].includes(type) ||
    (flags & ENUM_OR_SET) !== 0
  );
}

function decoderOf(field: FieldPacket): (bytes: Buffer) => Cell {
  const type = typeOf(field);
  if (type === TINY || INTEGERS.includes(type)) {
    return (bytes) => {
      const number = Number(bytes.toString('latin1'));
      return Number.isSafeInteger(number) ? number : BigInt(bytes.toString('latin1'));
    };
  }
  if (FLOATS.includes(type)) return (bytes) => Number(bytes.toString('latin1'));
  if (type === JSON_TYPE || field.extendedFormat === 'json') {
    return (bytes) => {
      const text = bytes.toString('utf8');
      try {
        return JSON.parse(text) as unknown;
      } catch {
        return text;
      }
    };
  }
  if (type === BIT) return (bytes) => (bytes.length === 1 ? bytes[0] : bytes);
  // Numbers and dates have the character set of bytes, too.
  const isBytes = field.characterSet === BINARY && ![...DECIMALS, ...DATES].includes(type);
  return isBytes || type === GEOMETRY
    ? (bytes) => new Uint8Array(bytes)
    : (bytes) => bytes.toString('utf8');
}

function typeOf({ columnType, type }: FieldPacket): number {
  return columnType ?? type ?? -1;
}
