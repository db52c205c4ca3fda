import { readFile } from 'node:fs/promises';
import { messageOf, SoutuError } from '../../core/errors.ts';
import type { ServerAddress } from './server-address.ts';

/** What both packages hand to Node's `tls.connect`. */
export interface Tls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly rejectUnauthorized: boolean;
  /** Whether the certificate must be for this host, too. */
  readonly verifyIdentity: boolean;
}

/**
 * @returns undefined for a connection without TLS
 * @throws SoutuError `UsageError` if a file cannot be read
 */
export async function tlsOf({ tls, shown }: ServerAddress): Promise<Tls | undefined> {
  const { mode } = tls;
  if (mode === 'disable') return undefined;
  const read = async (name: 'ca' | 'cert' | 'key', parameter: string) => {
    const path = tls[name];
    if (path === undefined) return {};
    try {
      return { [name]: await readFile(path, 'utf8') };
    } catch (error) {
      const what = `${shown}: ${parameter} cannot be read (${messageOf(error)}).`;
      throw new SoutuError('UsageError', `${what} Expected the path of a PEM file.`);
    }
  };
  return {
    ...(await read('ca', 'sslrootcert')),
    ...(await read('cert', 'sslcert')),
    ...(await read('key', 'sslkey')),
    rejectUnauthorized: mode !== 'require',
    verifyIdentity: mode === 'verify-full',
  };
}
