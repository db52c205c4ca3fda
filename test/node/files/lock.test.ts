import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, test } from 'vitest';
import { LOCK_FILE, lockFolder } from '../../../src/node/files/lock.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();
const script = fileURLToPath(new URL('./lock-process.ts', import.meta.url));
const command = 'soutu build';
let folder = '';
let made = 0;

beforeEach(async () => {
  folder = join(root, `locked-${made++}`);
  await mkdir(folder);
});

/** Another process that takes the lock; `lines` grows as it speaks. */
function start(milliseconds: number, ...flags: string[]) {
  const args = ['--import', 'tsx', script, folder, String(milliseconds), ...flags];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    lines.push(...text.trimEnd().split('\n'));
  });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.on('close', (code, signal) => resolve(code ?? signal)),
  );
  return { child, lines, ended };
}

async function locked({ lines, child }: { lines: string[]; child: ChildProcess }): Promise<void> {
  await expect.poll(() => lines.at(-1), { timeout: 30_000 }).toBe(`locked ${child.pid}`);
}

const holder = async () => JSON.parse(await readFile(join(folder, LOCK_FILE), 'utf8'));

describe('a lock that is held', () => {
  test('refuses at once and names the holder; after the release it is free', async () => {
    const first = await lockFolder(folder, { command });
    const second = lockFolder(folder, { command, advice: 'Choose another folder.' });
    await expect(second).rejects.toMatchObject({ name: 'OutputError' });
    await expect(second).rejects.toThrow(
      new RegExp(
        `^${folder}: in use by another "soutu build" \\(process ${process.pid}, since ` +
          '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d UTC\\)\\. Choose another folder\\.$',
      ),
    );
    await first.release();
    await first.release();
    expect(await readdir(folder)).toEqual([]);
    await (await lockFolder(folder, { command })).release();
  });

  test('by another process: refused, or waited for with one line', async () => {
    const other = start(1500);
    await locked(other);
    await expect(lockFolder(folder, { command })).rejects.toThrow(`(process ${other.child.pid}, `);
    const lines: string[] = [];
    const lock = await lockFolder(folder, { command, wait: true, onWait: (l) => lines.push(l) });
    expect(other.lines.at(-1)).toBe(`released ${other.child.pid}`);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`Waiting for another "soutu build" (process ${other.child.pid}, `);
    await lock.release();
    await other.ended;
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'is removed when %s ends the holder',
    async (signal) => {
      const other = start(60_000);
      await locked(other);
      other.child.kill(signal);
      expect(await other.ended).toBe(signal);
      expect(await readdir(folder)).toEqual([]);
    },
  );
});

test('a release leaves the lock to another host that has taken it over', async () => {
  const lock = await lockFolder(folder, { command });
  const other = JSON.stringify({ ...(await holder()), host: 'elsewhere', token: 'theirs' });
  await rm(join(folder, LOCK_FILE));
  await writeFile(join(folder, LOCK_FILE), other);
  await lock.release();
  expect(await readFile(join(folder, LOCK_FILE), 'utf8')).toBe(other);
  await rm(join(folder, LOCK_FILE));
});

// Its folder is there, but every new file gets ENOENT.
test.runIf(process.platform === 'linux')('a folder that takes no files is an error', async () => {
  await expect(lockFolder('/proc/self', { command })).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a folder that the lock created is removed with it, unless something was put there', async () => {
  const below = join(folder, 'site/bundle');
  const lock = await lockFolder(below, { command });
  const waiting = lockFolder(below, { command, wait: true });
  await lock.release();
  const next = await waiting;
  await writeFile(join(folder, 'site/mine.txt'), '');
  await next.release();
  expect(await readdir(join(folder, 'site'))).toEqual(['mine.txt']);
  await rm(join(folder, 'site'), { recursive: true });
});

describe('a lock that is abandoned', () => {
  test('by a killed process: five others that wait take it over one after the other', async () => {
    const killed = start(60_000);
    await locked(killed);
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect(await readdir(folder)).toEqual([LOCK_FILE]);
    // Times that overlap would show as two "locked" without a "released" between.
    const all = Array.from({ length: 5 }, () => start(150, '--wait'));
    const order: string[] = [];
    for (const { child } of all) {
      child.stdout?.on('data', (text: string) => order.push(...text.trimEnd().split('\n')));
    }
    expect(await Promise.all(all.map(({ ended }) => ended))).toEqual([0, 0, 0, 0, 0]);
    const events = order.filter((line) => /^(locked|released)/.test(line));
    expect(events).toHaveLength(10);
    for (let i = 0; i < events.length; i += 2) {
      expect(events[i + 1]).toBe(events[i]?.replace('locked', 'released'));
    }
    expect(await readdir(folder)).toEqual([]);
  });

  test('its pid belongs to another process by now', async () => {
    const first = await lockFolder(folder, { command });
    const record = await holder();
    await first.release();
    if (record.processStart === null) return; // Only Linux tells when a process began.
    await writeFile(join(folder, LOCK_FILE), JSON.stringify({ ...record, processStart: '1' }));
    await (await lockFolder(folder, { command })).release();
  });

  test('on another host: after ten minutes without a sign of life', async () => {
    const first = await lockFolder(folder, { command });
    const record = { ...(await holder()), host: 'elsewhere', pid: 1 };
    await first.release();
    const path = join(folder, LOCK_FILE);
    await writeFile(path, JSON.stringify(record));
    await expect(lockFolder(folder, { command })).rejects.toThrow(
      new RegExp(
        `another "soutu build" on elsewhere \\(process 1, .*; if it is no longer running, delete ${path}\\)`,
      ),
    );
    const past = new Date(Date.now() - 11 * 60_000);
    await utimes(path, past, past);
    const lock = await lockFolder(folder, { command });
    expect((await holder()).host).toContain(hostname());
    await lock.release();
  });

  test('empty, because the disk was full: after five seconds', async () => {
    await (await lockFolder(folder, { command })).release();
    await writeFile(join(folder, LOCK_FILE), '');
    const past = new Date(Date.now() - 6_000);
    await utimes(join(folder, LOCK_FILE), past, past);
    await (await lockFolder(folder, { command })).release();
  });
});
