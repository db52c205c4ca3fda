import { isRecord, isText } from '../../../core/check-record.ts';
import { SoutuError } from '../../../core/errors.ts';
import { type Advice, faultOf, NETWORK_ADVICE, saidBy } from '../../database/faults.ts';
import type { HttpStore } from '../address.ts';
import { HttpFault, type ReadError } from '../http/client.ts';

const ADVICE: Advice = [
  ...NETWORK_ADVICE,
  [
    /^HTTP401$/,
    'Check the user, and give the password in SOUTU_STORE_PASSWORD, or an API key in SOUTU_STORE_API_KEY.',
  ],
  [
    /^security_exception$|^HTTP403$/,
    'To push, the user needs the privileges "manage" and "write" on indices NAME-* and NAME.lock and on the alias NAME; to search, "read".',
  ],
  [
    /^(cluster_block_exception|index_create_block_exception)$/,
    'The disk is full or the index is read-only. Free disk space, or remove the block (index.blocks.*). The release that is current is as it was.',
  ],
  [/^invalid_alias_name_exception$/, 'Choose another --name, or delete the index of that name.'],
  [
    /.*CERT.*|.*SIGNATURE.*/,
    'Name the file of your own certificate authority in NODE_EXTRA_CA_CERTS.',
  ],
];

/** Both engines describe errors the same way: the type, the reason, and sometimes what caused it. */
export const readError: ReadError = (body) => {
  const error = isRecord(body) ? body.error : undefined;
  if (isText(error)) return { code: '', reason: error };
  if (!isRecord(error)) return { code: '', reason: '' };
  const code = isText(error.type) ? error.type : '';
  return { code, reason: reasonOf(error) };
};

/** The reasons from the outermost to the root. */
export function reasonOf(error: Readonly<Record<string, unknown>>): string {
  const { reason, caused_by: cause, root_cause: roots, failed_shards: shards } = error;
  const own = isText(reason) ? reason : String(error.type ?? '');
  const shard = Array.isArray(shards) && isRecord(shards[0]) ? shards[0].reason : undefined;
  const inner = [cause, shard, Array.isArray(roots) ? roots[0] : undefined].find(isRecord);
  const below = inner ? reasonOf(inner) : '';
  return below === '' || own.includes(below) ? own : `${own}: ${below}`;
}

const redaction = ({ label, user, password, apiKey, url, name }: HttpStore) => ({
  shown: label,
  password: apiKey ?? password,
  names: [user ?? '', name, new URL(url).hostname],
});

/** @param title of the engine that the address names */
export function storeFault(error: unknown, address: HttpStore, title: string): SoutuError {
  const fault = faultOf(error, redaction(address), ADVICE, 'StoreError');
  const other = title === 'OpenSearch' ? 'Elasticsearch' : 'OpenSearch';
  if (error instanceof HttpFault && /\[index\.knn\]|\[dense_vector\]/.test(error.message)) {
    const plugin = title === 'OpenSearch' ? ' (or OpenSearch without its k-NN plugin)' : '';
    return new SoutuError(
      'StoreError',
      `${fault.message} Is the server ${other}${plugin}? Then write ${other.toLowerCase()}+https://…`,
    );
  }
  return fault;
}

/** What the engine says of a document that it refuses. */
export function rowFault(error: Readonly<Record<string, unknown>>, address: HttpStore): string {
  return saidBy(new Error(reasonOf(error)), redaction(address));
}

export function isMissingIndex(error: unknown): boolean {
  return error instanceof HttpFault && error.code === 'index_not_found_exception';
}
