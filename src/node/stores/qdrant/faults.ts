import { isRecord, isText } from '../../../core/check-record.ts';
import type { SoutuError } from '../../../core/errors.ts';
import { type Advice, faultOf, NETWORK_ADVICE, type Redaction } from '../../database/faults.ts';
import type { HttpStore } from '../address.ts';
import { HttpFault, type ReadError } from '../http/client.ts';

const ADVICE: Advice = [
  ...NETWORK_ADVICE,
  [/^HTTP401$/, 'Give the API key in SOUTU_STORE_API_KEY.'],
  [
    /^HTTP403$/,
    'To push, the API key must be allowed to manage collections; to search, to read NAME and NAME-*.',
  ],
  [
    /^HTTP404$/,
    'Is this Qdrant 1.10 or later, and is the path of the address right? What comes before the name belongs to a proxy.',
  ],
  [/^HTTP413$/, 'Raise service.max_request_size_mb of the server, which is 32 by default.'],
  [/^HTTP429$/, 'The server is overloaded. Try again later.'],
  [
    /^NoSpace$/,
    'The disk of the server is full. Free disk space. The release that is current is as it was.',
  ],
  [
    /.*CERT.*|.*SIGNATURE.*/,
    'Name the file of your own certificate authority in NODE_EXTRA_CA_CERTS.',
  ],
];

/** `{ "status": { "error": "Not found: Collection …" } }`; the code is that of the status. */
export const readError: ReadError = (body) => {
  const status = isRecord(body) ? body.status : undefined;
  const reason = isRecord(status) && isText(status.error) ? status.error : '';
  const isFull = /no space left|insufficient disk|exceeds available disk/i.test(reason);
  const isMissingOne = /^not found: collection/i.test(reason);
  return { code: isFull ? 'NoSpace' : isMissingOne ? 'NoCollection' : '', reason };
};

export const redaction = ({ label, apiKey, url, name }: HttpStore): Redaction => ({
  shown: label,
  password: apiKey,
  names: [name, new URL(url).hostname],
});

export function storeFault(error: unknown, address: HttpStore): SoutuError {
  return faultOf(error, redaction(address), ADVICE, 'StoreError');
}

/** A collection does not exist. A path that the server or a proxy does not know is another matter. */
export function isMissing(error: unknown): boolean {
  return error instanceof HttpFault && error.code === 'NoCollection';
}

/** Whether the request itself is wrong, so that a part of it may not be. */
export function isRefusal(error: unknown): error is HttpFault {
  return error instanceof HttpFault && [400, 413, 422].includes(error.status);
}
