/**
 * Drives Chromium through its debugging protocol alone (`--remote-debugging-pipe`: JSON messages separated by zero
 * bytes, on file descriptors 3 and 4). Not Playwright: it monitors its pages' network, so the browser retains every
 * response, which would distort memory measurements.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { chromium as playwright } from 'playwright';
import { findBrowser, LAUNCH_ARGS } from '../../browser/find.ts';

type Answer = Readonly<Record<string, unknown>>;

export interface Chromium {
  /** @param session session of an attached target; none for the browser itself */
  send(method: string, params?: object, session?: string): Promise<Answer>;
  /** Target id ─▶ session of each attached target. */
  readonly sessions: ReadonlyMap<string, string>;
  close(): Promise<void>;
}

export async function launchChromium(): Promise<Chromium> {
  const profile = await mkdtemp(join(tmpdir(), 'soutu-chromium-'));
  const path = findBrowser() ?? playwright.executablePath();
  const flags = [
    ...LAUNCH_ARGS,
    '--headless=new',
    '--remote-debugging-pipe',
    `--user-data-dir=${profile}`,
    'about:blank',
  ];
  const browser = spawn(path, flags, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
  const [, , , input, output] = browser.stdio as unknown as [null, null, null, Writable, Readable];
  const waiting = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  const sessions = new Map<string, string>();
  let last = 0;
  let text = '';
  output.setEncoding('utf8').on('data', (chunk: string) => {
    const messages = (text + chunk).split('\0');
    text = messages.pop() ?? '';
    for (const message of messages) {
      const { id, method, params, result, error } = JSON.parse(message);
      if (method === 'Target.attachedToTarget') {
        sessions.set(params.targetInfo.targetId, params.sessionId);
      }
      const asked = waiting.get(id);
      waiting.delete(id);
      if (error) asked?.reject(new Error(error.message));
      else asked?.resolve(result);
    }
  });
  browser.on('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('Chromium ended.'));
  });
  return {
    sessions,
    send(method, params = {}, session) {
      const id = ++last;
      const sessionId = session === undefined ? {} : { sessionId: session };
      input.write(`${JSON.stringify({ id, method, params, ...sessionId })}\0`);
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    },
    async close() {
      const ended = once(browser, 'exit');
      browser.kill();
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
