/**
 * One process at a time per folder. The lock is a file in the folder, created with O_EXCL, that says who holds it:
 *
 *     .soutu-lock   { "command", "pid", "host", "started", "processStart", "token" }
 *
 * It is deleted on release, on exit and on signals. After a crash the next process takes it over: if the holder's
 * pid is gone, or, for a holder on another host (where its pid means nothing), if it has not been rewritten for
 * ten minutes.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SoutuError } from '../../core/errors.ts';
import {
  type Found,
  fileSystemNow,
  type Holder,
  isAbandoned,
  nameOf,
  processStart,
  readHolder,
  thisHost,
  UNREADABLE_MS,
} from './lock-holder.ts';
import { makeFolder, removeEmpty } from './make-folder.ts';
import { onExit } from './on-exit.ts';

export const LOCK_FILE = '.soutu-lock';

export interface LockOptions {
  /** What the holder does, for the message that others get: `soutu build`. */
  readonly command: string;
  /** Waits until the lock is free instead of refusing; default false. */
  readonly wait?: boolean;
  /** Called once with a line to show, before a wait begins. */
  readonly onWait?: (line: string) => void;
  /** The end of the refusal: what the user can do besides waiting. */
  readonly advice?: string;
}

export interface Lock {
  /** Any number of times. */
  release(): Promise<void>;
}

/** A holder on this host is checked by its pid; one on another host by the age of its lock file. */
const REWRITE_MS = 20_000;
const POLL_MS = 200;
/** A folder may vanish between two steps, but one that never takes a file (`/proc/self`) is an error. */
const MAX_VANISHED = 20;

/**
 * @param folder is created if it is missing, and removed on release if it is empty then
 * @throws SoutuError `OutputError` that names the holder, unless `wait` is set; the system's error if the folder
 * cannot be written
 */
export async function lockFolder(folder: string, options: LockOptions): Promise<Lock> {
  const path = join(folder, LOCK_FILE);
  const made: string[] = [];
  let isWaiting = false;
  let vanished = 0;
  for (;;) {
    made.push(...(await makeFolder(folder)));
    const outcome = await tryLock(path, options.command, made).catch((error: unknown) => {
      // Its last holder removed the folder together with the lock.
      const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (isGone && ++vanished < MAX_VANISHED) return 'retry' as const;
      throw error;
    });
    if (outcome === 'retry') continue;
    if ('release' in outcome) return outcome;
    const { holder } = outcome;
    if (holder && !options.wait) {
      const advice = options.advice ?? 'Wait until it has finished, or wait for it with --wait.';
      throw new SoutuError(
        'OutputError',
        `${folder}: in use by ${nameOf(holder, path)}. ${advice}`,
      );
    }
    if (holder && !isWaiting) options.onWait?.(`Waiting for ${nameOf(holder, path)}: ${folder}`);
    isWaiting ||= holder !== null;
    await sleep(POLL_MS);
  }
}

/** @returns the lock, or who holds it, or `retry` after an abandoned one was removed */
async function tryLock(
  path: string,
  command: string,
  made: readonly string[],
): Promise<Lock | Found | 'retry'> {
  const lock = await tryCreate(path, command, made);
  if (lock) return lock;
  const found = await readHolder(path);
  if (!(await isAbandoned(path, found))) return found;
  await removeAbandoned(path, found.token);
  return 'retry';
}

/** @returns null if another process holds the lock */
async function tryCreate(
  path: string,
  command: string,
  made: readonly string[],
): Promise<Lock | null> {
  let file: FileHandle;
  try {
    file = await open(path, 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return null;
    throw error;
  }
  let content: Buffer = Buffer.alloc(0);
  const remove = () => {
    // After a long sleep of this machine another host may have taken the lock over.
    if (isOwn(path, content)) rmSync(path, { force: true });
    removeEmpty(made);
  };
  const cancel = onExit(remove);
  const holder: Holder = {
    command,
    pid: process.pid,
    host: thisHost(),
    started: new Date().toISOString(),
    processStart: await processStart(process.pid),
    token: randomUUID(),
  };
  content = Buffer.from(`${JSON.stringify(holder)}\n`);
  try {
    await file.write(content, 0, content.length, 0);
  } catch (error) {
    await file.close();
    remove();
    cancel();
    throw error;
  }
  // Rewritten rather than touched: the file system's clock sets the time, which other hosts see, too.
  const timer = setInterval(
    () => void file.write(content, 0, content.length, 0).catch(() => undefined),
    REWRITE_MS,
  );
  timer.unref();
  let released: Promise<void> | null = null;
  const release = async () => {
    clearInterval(timer);
    await file.close();
    remove();
    cancel();
  };
  return {
    release: () => {
      released ??= release();
      return released;
    },
  };
}

/** Whether the lock file holds what we wrote, or is empty: not written yet. */
function isOwn(path: string, content: Buffer): boolean {
  try {
    const found = readFileSync(path);
    return found.length === 0 || found.equals(content);
  } catch {
    return false;
  }
}

/**
 * Two processes may find the same abandoned lock. Only the one that creates the guard, which is named after that
 * very lock, may delete it; the other then finds another token, or no lock.
 */
async function removeAbandoned(path: string, token: string): Promise<void> {
  const guard = `${path}.${token}`;
  try {
    await (await open(guard, 'wx')).close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    // Its creator removes it within milliseconds, unless it was killed just then.
    const made = await stat(guard).catch(() => null);
    if (made && (await fileSystemNow(path)) - made.mtimeMs > UNREADABLE_MS)
      await rm(guard, { force: true });
    await sleep(POLL_MS / 4);
    return;
  }
  try {
    if ((await readHolder(path)).token === token) await rm(path, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}
