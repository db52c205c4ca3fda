import type { SoutuError } from '../../../core/errors.ts';
import { type Advice, codeOf, faultOf, NETWORK_ADVICE, saidBy } from '../../database/faults.ts';
import type { DatabaseStore } from '../address.ts';

const ADVICE: Advice = [
  ...NETWORK_ADVICE,
  [/^ER_ACCESS_DENIED/, 'Check the user, and give the password in SOUTU_STORE_PASSWORD.'],
  [/^ER_BAD_DB_ERROR$/, 'Check the name of the database in the address.'],
  [
    /^ER_(TABLEACCESS|DBACCESS|SPECIFIC_ACCESS)_DENIED/,
    'To push, the user needs all rights on the database (GRANT ALL ON database.*); to search, the right to SELECT.',
  ],
  [
    /^ER_OPTION_PREVENTS_STATEMENT$/,
    'The server is read-only. Push to the primary server. The release that is current is as it was.',
  ],
  [
    /^ER_(DISK_FULL|RECORD_FILE_FULL|ERROR_ON_WRITE|CANT_CREATE_TABLE)$/,
    'The disk of the server is full. The release that is current is as it was.',
  ],
  [
    /^EE_(WRITE|DISK_FULL)/,
    'The server cannot write to its disk. Is it full? The release that is current is as it was.',
  ],
  [/^ER_STATEMENT_TIMEOUT$/, 'The search timed out. Narrow it, or raise --timeout.'],
  [/.*CERT.*|.*SIGNATURE.*/, 'Check ssl-mode and sslrootcert in the address.'],
];

const redaction = ({ label: shown, server }: DatabaseStore) => ({
  shown,
  password: server.password,
  names: [server.user, server.host, server.database],
});

export function storeFault(error: unknown, address: DatabaseStore): SoutuError {
  return faultOf(error, redaction(address), ADVICE, 'StoreError');
}

/** What the server says of a row that it refuses. */
export function rowFault(error: unknown, address: DatabaseStore): string {
  return saidBy(error, redaction(address));
}

/** A fault of the values of a row, such as a vector that is no vector. */
export function isOfRow(error: unknown): boolean {
  const { sqlState = '' } = error as { sqlState?: unknown };
  return /^2[23]/.test(String(sqlState)) || /^ER_TRUNCATED_WRONG_VALUE/.test(codeOf(error));
}

/** The table was dropped. */
export function isMissingTable(error: unknown): boolean {
  return codeOf(error) === 'ER_NO_SUCH_TABLE';
}
