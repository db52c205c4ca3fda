/**
 * Under automation MiniBrowser reports no console messages (with or without
 * `--enable-write-console-messages-to-stdout`), so the site's own scripts, of the page and of its workers, note
 * them. Messages of the browser itself, such as a failed request, are not seen this way.
 */
import { readFileSync } from 'node:fs';
import type { Visitor } from './driver.ts';

export const CONSOLE_SPY = readFileSync(new URL('./console-spy.js', import.meta.url), 'utf8');

export function notedMessages(visitor: Pick<Visitor, 'evaluate'>): Promise<readonly string[]> {
  return visitor.evaluate(
    () => JSON.parse(sessionStorage.getItem('console-spy') ?? '[]') as string[],
  );
}
