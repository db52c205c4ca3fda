/**
 * Where the rows of a catalogue are: `mysql://user@host:3306/shop?sslmode=require`, `postgres://…`, `sqlite:shop.db`, or
 * `env:NAME` for a variable with one of these.
 */
import { resolve } from 'node:path';
import {
  type AddressUse,
  parseServerAddress,
  refuse,
  resolveAddress,
  type ServerAddress,
} from '../../database/server-address.ts';

export interface FileAddress {
  readonly kind: 'sqlite';
  readonly shown: string;
  readonly path: string;
}

export type DatabaseAddress = ServerAddress | FileAddress;

const USE: AddressUse = {
  option: '--source',
  passwordVariable: 'SOUTU_DB_PASSWORD',
  examples: 'mysql://user@host/database, postgres://user@host/database or sqlite:FILE',
};

export function isDatabaseAddress(text: string): boolean {
  return /^(mysql|mariadb|postgres|postgresql|sqlite|env):/i.test(text);
}

/**
 * @param env for the password: the address's own, else `SOUTU_DB_PASSWORD`, else `MYSQL_PWD` or `PGPASSWORD`
 * @throws SoutuError `UsageError`, never with a part of the address that may be a password
 */
export function parseAddress(given: string, env: NodeJS.ProcessEnv = process.env): DatabaseAddress {
  const text = resolveAddress(given, env, isDatabaseAddress, USE);
  const [, file] = /^sqlite:(?:\/\/)?(.*)$/i.exec(text) ?? [];
  if (file === undefined) return parseServerAddress(text, env, USE);
  if (file === '') return refuse(USE, `"${text}" has no file. Expected sqlite:shop.db.`);
  return { kind: 'sqlite', shown: file, path: resolve(file) };
}
