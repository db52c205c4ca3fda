/**
 * Where a database is: `mysql://user@host:3306/shop?sslmode=require`, `postgres://…`, `sqlite:shop.db`, or `env:NAME`
 * for a variable with one of these.
 *
 * An address may hold a password, so no message quotes what was given. Messages use `shown`, which has none.
 */
import { resolve } from 'node:path';
import { describe } from '../../../core/describe.ts';
import { SoutuError } from '../../../core/errors.ts';
import { nearestName } from '../../../core/nearest-name.ts';

export const TLS_MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
export type TlsMode = (typeof TLS_MODES)[number];

export interface ServerAddress {
  readonly kind: 'mysql' | 'postgres';
  /** For messages: without the password. */
  readonly shown: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password: string | undefined;
  /** A Unix socket, which replaces host and port. For PostgreSQL, its folder. */
  readonly socket: string | undefined;
  readonly tls: {
    readonly mode: TlsMode;
    /** Paths of PEM files. */
    readonly ca: string | undefined;
    readonly cert: string | undefined;
    readonly key: string | undefined;
  };
}

export interface FileAddress {
  readonly kind: 'sqlite';
  readonly shown: string;
  readonly path: string;
}

export type DatabaseAddress = ServerAddress | FileAddress;

const SCHEMES = {
  mysql: { kind: 'mysql', port: 3306, password: 'MYSQL_PWD', user: undefined },
  mariadb: { kind: 'mysql', port: 3306, password: 'MYSQL_PWD', user: undefined },
  postgres: { kind: 'postgres', port: 5432, password: 'PGPASSWORD', user: 'PGUSER' },
  postgresql: { kind: 'postgres', port: 5432, password: 'PGPASSWORD', user: 'PGUSER' },
} as const;

const PARAMETERS = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'socket'] as const;
type Parameter = (typeof PARAMETERS)[number];

const EXAMPLES = 'mysql://user@host/database, postgres://user@host/database or sqlite:FILE';

export function isDatabaseAddress(text: string): boolean {
  return /^(mysql|mariadb|postgres|postgresql|sqlite|env):/i.test(text);
}

/**
 * @param env for the password: the address's own, else `SOUTU_DB_PASSWORD`, else `MYSQL_PWD` or `PGPASSWORD`
 * @throws SoutuError `UsageError`, never with a part of the address that may be a password
 */
export function parseAddress(text: string, env: NodeJS.ProcessEnv = process.env): DatabaseAddress {
  const [, variable] = /^env:(.*)$/i.exec(text) ?? [];
  if (variable !== undefined) {
    // The shell may have put the address itself in place of its name.
    if (!/^\w+$/.test(variable)) {
      return refuse('expected the name of a variable after "env:", as in env:DATABASE_URL.');
    }
    const value = env[variable];
    if (value === undefined || value === '') {
      return refuse(`the variable ${describe(variable)} of the environment is not set.`);
    }
    if (/^env:/i.test(value) || !isDatabaseAddress(value)) {
      return refuse(
        `the variable ${describe(variable)} of the environment is not the address of a database. Expected ${EXAMPLES}.`,
      );
    }
    return parseAddress(value, env);
  }
  const [, file] = /^sqlite:(?:\/\/)?(.*)$/i.exec(text) ?? [];
  if (file === undefined) return parseServer(text, env);
  if (file === '') return refuse(`"${text}" has no file. Expected sqlite:shop.db.`);
  return { kind: 'sqlite', shown: file, path: resolve(file) };
}

function parseServer(text: string, env: NodeJS.ProcessEnv): ServerAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  const name = url?.protocol.slice(0, -1) ?? '';
  // An "@" or "#" after the host is the rest of a password with a "/", "?" or "#" in it.
  const isCut = url && (/[@#]/.test(url.pathname + url.search + url.hash) || url.hash !== '');
  if (!url || isCut || !isScheme(name) || url.host === '') {
    return refuse(
      `the address of the database cannot be read. Expected ${EXAMPLES}. Give the password in SOUTU_DB_PASSWORD, ` +
        'or write its special characters as in %2F for "/".',
    );
  }
  const { kind, port, password: variable, user: userVariable } = SCHEMES[name];
  const user = decoded(url.username) || (userVariable && env[userVariable]);
  if (!user) {
    return refuse(
      `the address of the database has no user. Expected ${name}://user@host/database.`,
    );
  }
  const database = decoded(url.pathname.slice(1));
  if (database === '' || database.includes('/')) {
    return refuse(
      `the address of the database must name one database. Expected ${name}://user@host/database.`,
    );
  }
  const given = parametersOf(url, name);
  const mode = given.sslmode ?? (given.sslrootcert === undefined ? 'disable' : 'verify-full');
  if (!isMode(mode)) {
    return refuse(`sslmode must be one of ${TLS_MODES.join(', ')}, got ${describe(mode)}.`);
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return {
    kind,
    shown: `${name}://${encodeURIComponent(user)}@${url.host}/${encodeURIComponent(database)}`,
    host: decoded(host),
    port: url.port === '' ? port : Number(url.port),
    user,
    database,
    password: decoded(url.password) || env.SOUTU_DB_PASSWORD || env[variable] || undefined,
    socket: given.socket,
    tls: { mode, ca: given.sslrootcert, cert: given.sslcert, key: given.sslkey },
  };
}

function parametersOf(url: URL, scheme: string): Partial<Record<Parameter, string>> {
  const found: Partial<Record<Parameter, string>> = {};
  for (const [given, value] of url.searchParams) {
    // MySQL's own programs write ssl-mode, PostgreSQL's sslmode.
    const name = given.toLowerCase().replace(/[-_]/g, '');
    const known = PARAMETERS.find((one) => one === name);
    if (known) {
      found[known] = known === 'sslmode' ? value.toLowerCase().replaceAll('_', '-') : value;
      continue;
    }
    const nearest = nearestName(name, PARAMETERS);
    const advice = nearest ? `Did you mean "${nearest}"?` : `Expected ${PARAMETERS.join(', ')}.`;
    refuse(`the address of the database has an unknown parameter ${describe(given)}. ${advice}`);
  }
  if (found.socket !== undefined && !found.socket.startsWith('/')) {
    refuse(
      `socket must be an absolute path, as in ${scheme}://user@localhost/database?socket=/run/x.sock.`,
    );
  }
  return found;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return refuse(
      'the address of the database has a "%" without two hexadecimal digits after it. Write the sign itself as %25.',
    );
  }
}

function isScheme(name: string): name is keyof typeof SCHEMES {
  return Object.hasOwn(SCHEMES, name);
}

function isMode(mode: string): mode is TlsMode {
  return TLS_MODES.includes(mode as TlsMode);
}

function refuse(what: string): never {
  throw new SoutuError('UsageError', `--source: ${what}`);
}
