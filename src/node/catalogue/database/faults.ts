import type { SoutuError } from '../../../core/errors.ts';
import { type Advice, faultOf as faultOfServer, NETWORK_ADVICE } from '../../database/faults.ts';
import type { DatabaseAddress } from './address.ts';

const ADVICE: Advice = [
  ...NETWORK_ADVICE,
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

/**
 * An error of a database as one of ours, without the password.
 * @returns the error itself if it is ours already
 */
export function faultOf(error: unknown, address: DatabaseAddress): SoutuError {
  const { shown } = address;
  const isServer = address.kind !== 'sqlite';
  const names = isServer ? [address.user, address.host, address.database] : [];
  const password = isServer ? address.password : undefined;
  return faultOfServer(error, { shown, password, names }, ADVICE, 'CatalogueError');
}
