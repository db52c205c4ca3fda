import { messageOf, SoutuError } from '../../../core/errors.ts';
import type { DatabaseAddress } from './address.ts';

/** What an owner can do, by the codes of Node, MySQL (ER_…) and PostgreSQL (SQLSTATE). */
const ADVICE: readonly (readonly [code: RegExp, advice: string])[] = [
  [/^ECONNREFUSED$/, 'Is the server running, and is the port right?'],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'Is the name of the host right?'],
  [/^ENOENT$/, 'Is the path of the socket right?'],
  [/^(ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/, 'Can this machine reach the server?'],
  [
    /^(ER_ACCESS_DENIED.*|ER_DBACCESS_DENIED.*|28P01|28000)$/,
    'Check the user, and give the password in SOUTU_DB_PASSWORD.',
  ],
  [/^(ER_BAD_DB_ERROR|3D000)$/, 'Check the name of the database in --source.'],
  [
    /^(ER_TABLEACCESS_DENIED.*|ER_COLUMNACCESS_DENIED.*|42501)$/,
    'The user lacks the right to SELECT from some tables or columns.',
  ],
  [/^(ER_NO_SUCH_TABLE|42P01)$/, 'Check the name of the table in --query.'],
  [/^(ER_BAD_FIELD_ERROR|42703)$/, 'Check the names of the columns in --query and --map.'],
  [/^(ER_PARSE_ERROR|42601)$/, 'Check --query. Soutu runs it as a subquery, in parentheses.'],
  [/^(ER_DUP_FIELDNAME|42702)$/, 'Give each column of --query a name of its own, with AS.'],
  [
    /^(HANDSHAKE_SSL_ERROR|.*CERT.*|.*SIGNATURE.*|HANDSHAKE_NO_SSL_SUPPORT)$/,
    'Check sslmode and sslrootcert in --source.',
  ],
];

const SHORTEST = 4;

/** What may not be in a message, in all the forms in which it may come. */
function secretsOf(address: DatabaseAddress): string[] {
  if (address.kind === 'sqlite' || address.password === undefined) return [];
  const { password, user, host, database } = address;
  // Replacing a name or a few letters in a server's message would tell what the password is.
  if (password.length < SHORTEST || [user, host, database].includes(password)) return [];
  return [...new Set([password, encodeURIComponent(password), encodeURI(password)])];
}

/**
 * An error of a database as one of ours. It has no `cause`: packages put connections and their passwords into errors.
 * @returns the error itself if it is ours already
 */
export function faultOf(error: unknown, address: DatabaseAddress): SoutuError {
  if (error instanceof SoutuError && error.message.startsWith(address.shown)) return error;
  const { cause } = error as { cause?: unknown };
  const code = String(
    (error as { code?: unknown }).code ?? (cause as { code?: unknown })?.code ?? '',
  );
  const hides = secretsOf(address);
  const said = messageOf(error).replace(/\s+/g, ' ').trim() || code || 'unknown error';
  const what = hides.reduce((text, secret) => text.replaceAll(secret, '***'), said);
  const advice = ADVICE.find(([pattern]) => pattern.test(code))?.[1];
  const name = error instanceof SoutuError ? error.name : 'CatalogueError';
  const sentence = /[.?!]$/.test(what) ? what : `${what}.`;
  return new SoutuError(
    name,
    `${address.shown}: ${sentence}${advice === undefined ? '' : ` ${advice}`}`,
  );
}
