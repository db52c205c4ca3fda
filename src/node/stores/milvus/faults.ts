import { isRecord, isText } from '../../../core/check-record.ts';
import type { SoutuError } from '../../../core/errors.ts';
import { type Advice, faultOf, NETWORK_ADVICE, type Redaction } from '../../database/faults.ts';
import type { HttpStore } from '../address.ts';
import { HttpFault, type ReadError } from '../http/client.ts';

/** Codes of Milvus (pkg/util/merr). */
const CODES = {
  rateLimit: ['8', '1807'],
  missingCollection: ['4', '100'],
  notLoaded: ['101'],
  missingAlias: ['1600'],
  /** A parameter, or a row of an upsert. */
  refused: ['1100', '1101', '1804', 'HTTP413'],
};

const ADVICE: Advice = [
  ...NETWORK_ADVICE,
  [
    /^(HTTP401|HTTP403|1800|1400|1401)$/,
    'Check the user, and give the password in SOUTU_STORE_PASSWORD, or an API key in SOUTU_STORE_API_KEY. To push, the ' +
      'user needs the privileges of the groups CollectionAdmin and DatabaseAdmin (which has CreateCollection and ' +
      'DropCollection); to search, CollectionReadOnly.',
  ],
  [/^800$/, 'Make the database, or leave it out of the address.'],
  [/^(8|1807)$/, 'The server limits requests (quotaAndLimits). Try again later.'],
  [
    /^9$/,
    'The server takes no more rows: its disk or memory is full (quotaAndLimits). The release that is current is as it was.',
  ],
  [
    /^HTTP404$/,
    'Is this Milvus from 2.4 on? Earlier versions do not have version 2 of its REST API.',
  ],
  [
    /.*CERT.*|.*SIGNATURE.*/,
    'Name the file of your own certificate authority in NODE_EXTRA_CA_CERTS.',
  ],
];

/** `{ "code": 100, "message": "can't find collection…" }`, mostly with status 200. */
export const readError: ReadError = (body) => {
  const { code, message } = isRecord(body) ? body : {};
  return {
    code: code === undefined ? '' : String(code),
    reason: isText(message) ? message : '',
  };
};

export const redaction = ({ label, apiKey, password, url, user, name }: HttpStore): Redaction => ({
  shown: label,
  password: apiKey ?? password,
  names: [user ?? '', name, new URL(url).hostname],
});

export function storeFault(error: unknown, address: HttpStore): SoutuError {
  return faultOf(error, redaction(address), ADVICE, 'StoreError');
}

const is = (error: unknown, codes: readonly string[]) =>
  error instanceof HttpFault && codes.includes(error.code);

export const isMissingCollection = (error: unknown) => is(error, CODES.missingCollection);

/** It is not in memory: somebody released it, or a server for tests was started again. */
export const isNotLoaded = (error: unknown) => is(error, CODES.notLoaded);

/** The code is that of every unexpected error in some versions. */
export const isMissingAlias = (error: unknown) =>
  is(error, CODES.missingAlias) ||
  (error instanceof HttpFault && /alias.*(not found|not exist)/i.test(error.message));

export const isBusy = (error: unknown) => is(error, CODES.rateLimit);

/** Whether the request itself is wrong, so that a part of it may not be. */
export const isRefusal = (error: unknown) => is(error, CODES.refused);
