import { ReleaseGoneError, type SoutuError } from '../../../core/errors.ts';
import { ConnectionLost } from '../../database/connection-lost.ts';
import { type Advice, faultOf, NETWORK_ADVICE } from '../../database/faults.ts';
import type { RedisStore } from '../address.ts';

const ADVICE: Advice = [
  ...NETWORK_ADVICE,
  [/^(NOAUTH|WRONGPASS)$/, 'Check the user, and give the password in SOUTU_STORE_PASSWORD.'],
  [
    /^NOPERM$/,
    'To push, the user needs all commands on keys "{NAME}:*" (ACL SETUSER … ~{NAME}:* +@all); to search, +@read +vsim.',
  ],
  [/^OOM$/, 'The server has no memory left (maxmemory). The release that is current is as it was.'],
  [
    /^(MISCONF|READONLY)$/,
    'The server is read-only, or cannot write to its disk. The release that is current is as it was.',
  ],
  [
    /.*CERT.*|.*SIGNATURE.*/,
    'Name the file of your own certificate authority in NODE_EXTRA_CA_CERTS.',
  ],
];

export function storeFault(error: unknown, address: RedisStore): SoutuError {
  const { label: shown, password, user = '', host } = address;
  const fault = faultOf(error, { shown, password, names: [user, host] }, ADVICE, 'StoreError');
  return fault;
}

export function goneError(address: RedisStore, release: string): ReleaseGoneError {
  return new ReleaseGoneError(
    `${address.label}: release ${release} was dropped. Ask for the current one, and search again.`,
  );
}

/** A lost connection, or a server that still loads its data. */
export function mayPass(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return error instanceof ConnectionLost || code === 'LOADING' || code === 'TRYAGAIN';
}
