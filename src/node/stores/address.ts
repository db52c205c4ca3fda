/**
 * Where a store is: `postgres://user@host/database`, `opensearch+https://user@host:9200/shop`, `redis://host:6379`,
 * `qdrant+https://host:6333/shop`, `milvus+https://host:19530/shop`, or `env:NAME` for a variable with one of these. Passwords come from the environment, and no message has one.
 */
import { describe } from '../../core/describe.ts';
import { nearestName } from '../../core/nearest-name.ts';
import {
  type AddressUse,
  decoded,
  type Environment,
  parseServerAddress,
  refuse,
  resolveAddress,
  type ServerAddress,
} from '../database/server-address.ts';

const HTTP_KINDS = ['opensearch', 'elasticsearch', 'qdrant', 'milvus'] as const;
export type HttpKind = (typeof HTTP_KINDS)[number];

interface Base {
  /** For messages: the address without credentials. */
  readonly label: string;
  /** Of the catalogue within the store: the index, or the beginning of the tables' names. */
  readonly name: string;
}

export interface DatabaseStore extends Base {
  readonly kind: 'postgres' | 'mariadb';
  readonly server: ServerAddress;
}

export interface HttpStore extends Base {
  readonly kind: HttpKind;
  /** Without credentials and without a slash at the end: `https://search.example:9200`. */
  readonly url: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** Sent in place of user and password. */
  readonly apiKey: string | undefined;
  /** Of Milvus; undefined if the server's default database is meant. */
  readonly database?: string | undefined;
}

export interface RedisStore extends Base {
  readonly kind: 'redis';
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** Number of the database. */
  readonly database: number;
  readonly user: string | undefined;
  readonly password: string | undefined;
}

export type StoreAddress = DatabaseStore | HttpStore | RedisStore;
export type StoreKind = StoreAddress['kind'];

const DEFAULT_NAME = 'soutu';
/** With room for a release after it, in the names that engines allow. */
const NAME = /^[a-z][a-z0-9_-]{0,39}$/;

const STORE_EXAMPLES =
  'postgres://user@host/database, mariadb://user@host/database, opensearch+https://host:9200/name, ' +
  'elasticsearch+https://host:9200/name, qdrant+https://host:6333/name, milvus+https://host:19530/name or redis://host:6379';

const SCHEMES = [
  'postgres',
  'postgresql',
  'mariadb',
  'redis',
  'rediss',
  ...HTTP_KINDS.flatMap((kind) => [`${kind}+https`, `${kind}+http`]),
];

const schemeOf = (text: string) => /^([a-z][a-z+]*):/i.exec(text)?.[1]?.toLowerCase() ?? '';

function isStoreAddress(text: string): boolean {
  return SCHEMES.includes(schemeOf(text)) || /^env:/i.test(text);
}

export interface AddressOptions {
  /** Of the catalogue; default: the path of an HTTP address, otherwise `soutu`. */
  readonly name?: string | undefined;
  /** For messages: `--to` or `--store`. */
  readonly option?: string;
}

/**
 * @param env for passwords: the address's own, else `SOUTU_STORE_PASSWORD`, else the variable of the engine's own programs
 * (`PGPASSWORD`, `MYSQL_PWD`, `REDISCLI_AUTH`); and for `SOUTU_STORE_API_KEY`, of engines with an HTTP API
 * @throws SoutuError `UsageError`, never with a part of the address that may be a password
 */
export function parseStoreAddress(
  given: string,
  { name, option = '--to' }: AddressOptions = {},
  env: Environment = process.env,
): StoreAddress {
  const use: AddressUse = {
    option,
    passwordVariable: 'SOUTU_STORE_PASSWORD',
    examples: STORE_EXAMPLES,
  };
  const text = resolveAddress(given, env, isStoreAddress, use);
  const scheme = schemeOf(text);
  if (!SCHEMES.includes(scheme)) {
    const isHttp = HTTP_KINDS.some((kind) => kind === scheme);
    const nearest = isHttp ? `${scheme}+https` : nearestName(scheme, SCHEMES);
    const advice = nearest ? `Did you mean "${nearest}"?` : `Expected ${STORE_EXAMPLES}.`;
    return refuse(use, `the engine at the beginning of the address is unknown. ${advice}`);
  }
  const [kind = '', transport] = scheme.split('+');
  if (transport !== undefined) return httpStore(text, kind as HttpKind, name, use, env);
  if (scheme === 'redis' || scheme === 'rediss') return redisStore(text, name, use, env);
  const server = parseServerAddress(text, env, use);
  return {
    kind: server.kind === 'mysql' ? 'mariadb' : 'postgres',
    label: server.shown,
    name: checkName(name ?? DEFAULT_NAME, use),
    server,
  };
}

function httpStore(
  text: string,
  kind: HttpKind,
  name: string | undefined,
  use: AddressUse,
  env: Environment,
): HttpStore {
  const url = urlOf(text.slice(text.indexOf('+') + 1), use);
  const segments = url.pathname.split('/').filter((segment) => segment !== '');
  // What comes before the last segment belongs to a proxy in front of the engine, or is a database of Milvus.
  const inPath = name === undefined ? segments.pop() : undefined;
  const own = checkName(name ?? decoded(use, inPath ?? DEFAULT_NAME), use);
  const database = kind === 'milvus' ? milvusDatabase(segments, own, use) : undefined;
  const path = segments.map((segment) => `/${segment}`).join('');
  const prefix = kind === 'milvus' ? '' : path;
  const user = decoded(use, url.username) || undefined;
  const password = decoded(use, url.password) || env[use.passwordVariable] || undefined;
  const apiKey = env.SOUTU_STORE_API_KEY || undefined;
  checkSecret('SOUTU_STORE_API_KEY', apiKey, use);
  checkSecret(`the password (${use.passwordVariable})`, password, use);
  if (kind === 'qdrant' && user !== undefined) {
    return refuse(
      use,
      'Qdrant has no users. Give its API key in SOUTU_STORE_API_KEY, and leave out what is before the "@".',
    );
  }
  return {
    kind,
    label: `${kind}+${url.protocol}//${user === undefined ? '' : `${encodeURIComponent(user)}@`}${url.host}${path}/${own}`,
    name: own,
    url: `${url.origin}${prefix}`,
    user,
    password,
    // An address with an empty user, as in qdrant+https://:KEY@host.
    apiKey: apiKey ?? (kind === 'qdrant' ? password : undefined),
    ...(database === undefined ? {} : { database }),
  };
}

/** Headers cannot have them, and `fetch` would quote the secret. */
function checkSecret(what: string, secret: string | undefined, use: AddressUse): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  if (secret === undefined || !/[\u0000-\u001f\u007f]/.test(secret)) return;
  refuse(
    use,
    `${what} contains a line break or another control character. A copied secret may have been wrapped: put it on one line.`,
  );
}

function milvusDatabase(
  segments: readonly string[],
  name: string,
  use: AddressUse,
): string | undefined {
  if (name.includes('-')) {
    return refuse(
      use,
      `Milvus allows letters, digits and "_" in names, got ${describe(name)} (--name, or the end of the address).`,
    );
  }
  const [database, ...more] = segments.map((segment) => decoded(use, segment));
  if (more.length > 0 || (database !== undefined && !/^\w{1,64}$/.test(database))) {
    return refuse(
      use,
      'the path of an address of Milvus has a database of letters, digits and "_" and a name, as in ' +
        'milvus+https://host:19530/database/name, or the name alone.',
    );
  }
  return database;
}

function redisStore(
  text: string,
  name: string | undefined,
  use: AddressUse,
  env: Environment,
): RedisStore {
  const url = urlOf(text, use);
  const tls = /^rediss:/i.test(text);
  const database = url.pathname.replace(/^\/|\/$/g, '') || '0';
  if (!/^\d{1,5}$/.test(database)) {
    return refuse(
      use,
      'the path of the address must be the number of a database, as in redis://host:6379/0.',
    );
  }
  const user = decoded(use, url.username) || undefined;
  const port = url.port === '' ? 6379 : Number(url.port);
  const at = user === undefined ? '' : `${encodeURIComponent(user)}@`;
  return {
    kind: 'redis',
    label: `${tls ? 'rediss' : 'redis'}://${at}${url.hostname}:${port}/${database}`,
    name: checkName(name ?? DEFAULT_NAME, use),
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port,
    tls,
    database: Number(database),
    user,
    password:
      decoded(use, url.password) || env[use.passwordVariable] || env.REDISCLI_AUTH || undefined,
  };
}

function urlOf(text: string, use: AddressUse): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  // An "@" or "#" after the host is the rest of a password with a "/", "?" or "#" in it.
  if (
    !url ||
    url.host === '' ||
    /[@#]/.test(url.pathname) ||
    url.search !== '' ||
    url.hash !== ''
  ) {
    return refuse(
      use,
      `the address cannot be read. Expected ${use.examples}. Give the password in ${use.passwordVariable}, or write ` +
        'its special characters as in %2F for "/".',
    );
  }
  return url;
}

function checkName(name: string, use: AddressUse): string {
  if (NAME.test(name)) return name;
  return refuse(
    use,
    'the name of the catalogue (--name, or the path of an HTTP address) must begin with a small letter and have at most ' +
      `40 small letters, digits, "_" and "-", got ${describe(name)}.`,
  );
}
