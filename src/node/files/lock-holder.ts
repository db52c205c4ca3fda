/** Who holds a lock, and whether that process still runs. */
import { readlinkSync } from 'node:fs';
import { open, readFile, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';

export interface Holder {
  readonly command: string;
  readonly pid: number;
  readonly host: string;
  /** ISO 8601 */
  readonly started: string;
  /** Tells a process from a later one with the same pid; null where the system does not say (not Linux). */
  readonly processStart: string | null;
  readonly token: string;
}

const ABANDONED_MS = 10 * 60_000;
/** A lock file is empty between its creation and its first write. */
export const UNREADABLE_MS = 5_000;

export interface Found {
  /** Null if the file cannot be parsed. */
  readonly holder: Holder | null;
  readonly token: string;
  readonly writtenAt: number;
}

/** @throws ENOENT if the lock is gone by now */
export async function readHolder(path: string): Promise<Found> {
  const { mtimeMs, ino } = await stat(path);
  const holder = parseHolder(await readFile(path, 'utf8'));
  return { holder, token: holder?.token ?? `${ino}-${Math.round(mtimeMs)}`, writtenAt: mtimeMs };
}

function parseHolder(text: string): Holder | null {
  try {
    const holder = JSON.parse(text) as Holder | null;
    return typeof holder?.pid === 'number' && /^[\w-]+$/.test(holder.token) ? holder : null;
  } catch {
    return null;
  }
}

export async function isAbandoned(path: string, { holder, writtenAt }: Found): Promise<boolean> {
  if (holder?.host === thisHost()) return !(await isRunning(holder));
  const age = (await fileSystemNow(path)) - writtenAt;
  return age > (holder ? ABANDONED_MS : UNREADABLE_MS);
}

async function isRunning({ pid, processStart: start }: Holder): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as another user.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = await processStart(pid);
  return start === null || now === null || now === start;
}

/** The time by the clock that dates the folder's files: a network share's clock may differ from ours. */
export async function fileSystemNow(path: string): Promise<number> {
  const probe = `${path}.${process.pid}.now`;
  try {
    const file = await open(probe, 'w');
    try {
      return (await file.stat()).mtimeMs;
    } finally {
      await file.close();
    }
  } finally {
    await rm(probe, { force: true });
  }
}

/** Containers may share a hostname, but then their pids belong to different namespaces. */
export function thisHost(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/** Field 22 of /proc/PID/stat: clock ticks from boot to the start of the process. */
export async function processStart(pid: number): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  // The second field is the program's name in brackets, and may hold spaces and brackets itself.
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

export function nameOf({ command, pid, host, started }: Holder, path: string): string {
  const since = `since ${started.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')}`;
  if (host === thisHost()) return `another "${command}" (process ${pid}, ${since})`;
  return (
    `another "${command}" on ${host.split(' ')[0]} (process ${pid}, ${since}; if it is no longer running, ` +
    `delete ${path})`
  );
}
