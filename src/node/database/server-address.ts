/** Where a server is, and how to reach it: `postgres://user@host:5432/database?sslmode=require`. */
import { describe } from '../../core/describe.ts';
import { SoutuError } from '../../core/errors.ts';
import { nearestName } from '../../core/nearest-name.ts';

/** Variables as in `process.env`. Spelt out, because users of the package's types may have none of Node's. */
export type Environment = Readonly<Record<string, string | undefined>>;

const TLS_MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
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

const SCHEMES = {
  mysql: { kind: 'mysql', port: 3306, password: 'MYSQL_PWD', user: undefined },
  mariadb: { kind: 'mysql', port: 3306, password: 'MYSQL_PWD', user: undefined },
  postgres: { kind: 'postgres', port: 5432, password: 'PGPASSWORD', user: 'PGUSER' },
  postgresql: { kind: 'postgres', port: 5432, password: 'PGPASSWORD', user: 'PGUSER' },
} as const;

const PARAMETERS = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'socket'] as const;
type Parameter = (typeof PARAMETERS)[number];

/** What differs between the options that take an address. */
export interface AddressUse {
  /** For messages: `--source`. */
  readonly option: string;
  /** The variable of the environment with the password, before the one of the database's own programs. */
  readonly passwordVariable: string;
  /** The forms that the option takes, for messages. */
  readonly examples: string;
}

/**
 * Reads an address, or the variable of the environment that holds it (`env:NAME`).
 *
 * An address may hold a password, so no message quotes what was given. Messages use `shown`, which has none.
 * @param isAddress whether a text begins as an address of this kind
 * @returns the address itself
 * @throws SoutuError `UsageError`, never with a part of the address that may be a password
 */
export function resolveAddress(
  text: string,
  env: Environment,
  isAddress: (text: string) => boolean,
  use: AddressUse,
): string {
  const [, variable] = /^env:(.*)$/i.exec(text) ?? [];
  if (variable === undefined) return text;
  // The shell may have put the address itself in place of its name.
  if (!/^\w+$/.test(variable)) {
    return refuse(use, 'expected the name of a variable after "env:", as in env:DATABASE_URL.');
  }
  const value = env[variable];
  if (value === undefined || value === '') {
    return refuse(use, `the variable ${describe(variable)} of the environment is not set.`);
  }
  if (/^env:/i.test(value) || !isAddress(value)) {
    return refuse(
      use,
      `the variable ${describe(variable)} of the environment is not the address of a database. Expected ${use.examples}.`,
    );
  }
  return value;
}

/**
 * @param env for the password: the address's own, else `use.passwordVariable`, else `MYSQL_PWD` or `PGPASSWORD`
 * @throws SoutuError `UsageError`, never with a part of the address that may be a password
 */
export function parseServerAddress(text: string, env: Environment, use: AddressUse): ServerAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  const name = url?.protocol.slice(0, -1) ?? '';
  // An "@" or "#" after the host is the rest of a password with a "/", "?" or "#" in it.
  const isCut = url && (/[@#]/.test(url.pathname + url.search + url.hash) || url.hash !== '');
  if (!url || isCut || !isScheme(name) || url.host === '') {
    return refuse(
      use,
      `the address of the database cannot be read. Expected ${use.examples}. Give the password in ` +
        `${use.passwordVariable}, or write its special characters as in %2F for "/".`,
    );
  }
  const { kind, port, password: variable, user: userVariable } = SCHEMES[name];
  const user = decoded(use, url.username) || (userVariable && env[userVariable]);
  if (!user) {
    return refuse(
      use,
      `the address of the database has no user. Expected ${name}://user@host/database.`,
    );
  }
  const database = decoded(use, url.pathname.slice(1));
  if (database === '' || database.includes('/')) {
    return refuse(
      use,
      `the address of the database must name one database. Expected ${name}://user@host/database.`,
    );
  }
  const given = parametersOf(url, name, use);
  const mode = given.sslmode ?? (given.sslrootcert === undefined ? 'disable' : 'verify-full');
  if (!isMode(mode)) {
    return refuse(use, `sslmode must be one of ${TLS_MODES.join(', ')}, got ${describe(mode)}.`);
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return {
    kind,
    shown: `${name}://${encodeURIComponent(user)}@${url.host}/${encodeURIComponent(database)}`,
    host: decoded(use, host),
    port: url.port === '' ? port : Number(url.port),
    user,
    database,
    password: decoded(use, url.password) || env[use.passwordVariable] || env[variable] || undefined,
    socket: given.socket,
    tls: { mode, ca: given.sslrootcert, cert: given.sslcert, key: given.sslkey },
  };
}

function parametersOf(
  url: URL,
  scheme: string,
  use: AddressUse,
): Partial<Record<Parameter, string>> {
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
    refuse(
      use,
      `the address of the database has an unknown parameter ${describe(given)}. ${advice}`,
    );
  }
  if (found.socket !== undefined && !found.socket.startsWith('/')) {
    refuse(
      use,
      `socket must be an absolute path, as in ${scheme}://user@localhost/database?socket=/run/x.sock.`,
    );
  }
  return found;
}

export function decoded(use: AddressUse, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return refuse(
      use,
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

export function refuse({ option }: AddressUse, what: string): never {
  throw new SoutuError('UsageError', `${option}: ${what}`);
}
