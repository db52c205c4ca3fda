import { SoutuError } from '../../../core/errors.ts';
import type { Run } from './session.ts';

/** The first version with iterative scans, without which a filter loses rows. */
const LEAST = [0, 8, 0];
/** The first version without known faults of HNSW indexes that concern a catalogue. */
const ADVISED = [0, 8, 3];

export interface Abilities {
  /** Object identifier of the type `vector`, which differs between databases. */
  readonly vectorOid: number;
  /** PGlite, PostgreSQL in WebAssembly, has no COPY over a connection. */
  readonly canCopy: boolean;
}

/**
 * Makes sure that the database has pgvector.
 * @throws SoutuError `StoreError` if the version is too old; what pg throws
 */
export async function checkExtension(
  run: Run,
  label: string,
  warn: (line: string) => void,
): Promise<Abilities> {
  const installed = async () => {
    const [row] = await run<{ version: string; oid: string; server: string }>(
      `SELECT extversion AS version, 'vector'::regtype::oid AS oid, version() AS server FROM pg_extension WHERE extname = 'vector'`,
    );
    return row;
  };
  const exists = await run(`SELECT 1 FROM pg_extension WHERE extname = 'vector'`);
  if (exists.length === 0) await run('CREATE EXTENSION vector');
  const { version = '', oid = '0', server = '' } = (await installed()) ?? {};
  if (isBefore(version, LEAST)) {
    throw new SoutuError(
      'StoreError',
      `${label}: pgvector ${version} cannot filter without losing rows. Update it to ${ADVISED.join('.')} or later, then ` +
        'run: ALTER EXTENSION vector UPDATE',
    );
  }
  if (isBefore(version, ADVISED)) {
    warn(
      `${label}: pgvector ${version} has known faults. Update it to ${ADVISED.join('.')} or later.`,
    );
  }
  return { vectorOid: Number(oid), canCopy: !server.includes('PGlite') };
}

export function isBefore(
  version: string,
  [major = 0, minor = 0, patch = 0]: readonly number[],
): boolean {
  const [a = 0, b = 0, c = 0] = version.split('.').map(Number);
  return a !== major ? a < major : b !== minor ? b < minor : c < patch;
}
