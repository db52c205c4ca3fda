import type { SoutuError } from '../../../core/errors.ts';
import { type Advice, codeOf, faultOf, NETWORK_ADVICE, saidBy } from '../../database/faults.ts';
import type { DatabaseStore } from '../address.ts';

const ADVICE: Advice = [
  ...NETWORK_ADVICE,
  [/^(28P01|28000)$/, 'Check the user, and give the password in SOUTU_STORE_PASSWORD.'],
  [/^3D000$/, 'Check the name of the database in the address.'],
  [
    /^42501$/,
    'To push, the user needs the right to create tables (GRANT CREATE ON SCHEMA public), and an administrator must have run ' +
      'CREATE EXTENSION vector; to search, the right to SELECT.',
  ],
  [/^25006$/, 'The server or the user is read-only. Push to the primary server.'],
  [
    /^53100$/,
    'The disk or the shared memory of the server is full (Docker: --shm-size). The current release is as it was.',
  ],
  [/^(0A000|58P01|42704)$/, 'Is pgvector installed on the server? Debian: postgresql-17-pgvector.'],
  [/^(57014)$/, 'The search timed out. Narrow it, or raise --timeout.'],
  [/.*CERT.*|.*SIGNATURE.*/, 'Check sslmode and sslrootcert in the address.'],
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

/** A fault of the values of a row: not a number, too long, a character that no text can have. */
export function isOfRow(error: unknown): boolean {
  return /^(22|23|54)/.test(codeOf(error));
}

/** The server has too little memory, shared memory or disk for what it was asked to build. */
export function isOfMemory(error: unknown): boolean {
  return /^(53100|53200)$/.test(codeOf(error));
}

/** The table was dropped. */
export function isMissingTable(error: unknown): boolean {
  return codeOf(error) === '42P01';
}
