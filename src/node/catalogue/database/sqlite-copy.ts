/**
 * A private copy of a database of SQLite, for an engine that knows nothing of the locks of other programs.
 *
 * While a program writes, a rollback journal (FILE-journal) lies beside the file, and the file's time changes. If
 * there is no journal afterwards and the time is as it was, nothing was written while the copy was made.
 */
import { constants, rmSync } from 'node:fs';
import { copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf, SoutuError } from '../../../core/errors.ts';
import { sleep } from '../../../core/timeout.ts';
import { onExit } from '../../files/on-exit.ts';
import { headOf, isSqlite } from '../file-head.ts';

export interface SqliteCopy {
  readonly path: string;
  /** Deletes the copy. Never throws. */
  discard(): Promise<void>;
}

const TRIES = 20;

/**
 * @param pauseMs between tries
 * @throws SoutuError `CatalogueError` if programs keep writing, or if the file cannot be read without them
 */
export async function copySqlite(path: string, shown: string, pauseMs = 500): Promise<SqliteCopy> {
  const fail = (what: string): never => {
    throw new SoutuError('CatalogueError', `${shown}: ${what}`);
  };
  const head = await headOf(path);
  // Versions of the file format; 2 is a write-ahead log, which needs memory shared between programs.
  if (isSqlite(head) && (head[18] === 2 || head[19] === 2)) {
    fail(
      `is in WAL mode, which node-sqlite3-wasm cannot read. Use Node 22.13 or later, or build from a copy: sqlite3 ${shown} ` +
        `"VACUUM INTO 'copy.db'"`,
    );
  }
  const folder = await mkdtemp(join(tmpdir(), 'soutu-sqlite-'));
  const forget = onExit(() => rmSync(folder, { recursive: true, force: true }));
  const discard = async () => {
    forget();
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  };
  const copy = join(folder, 'copy.db');
  try {
    for (let tries = 0; tries < TRIES; tries++) {
      if (tries > 0) await sleep(pauseMs);
      const before = await stat(path, { bigint: true });
      await copyFile(path, copy, constants.COPYFILE_FICLONE);
      const after = await stat(path, { bigint: true });
      const isWritten = (await stat(`${path}-journal`).catch(() => null))?.size ?? 0;
      const isSame = before.mtimeNs === after.mtimeNs && before.size === after.size;
      if (isWritten === 0 && isSame) return { path: copy, discard };
    }
  } catch (error) {
    await discard();
    return fail(`cannot be copied to ${folder} (${messageOf(error)}).`);
  }
  await discard();
  return fail(
    'another program is writing into it, or was ended while it did (there is a -journal file beside it). Build again ' +
      'later, or open it once with sqlite3, which repairs it.',
  );
}
