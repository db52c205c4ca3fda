/**
 * Makes sure that the browser tests have a browser, and says what it does: one of the system, else
 * Playwright's own download, else Debian's package.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright';
import { findBrowser } from './find.ts';

const HOW =
  'No browser for the tests: install Chrome, Chromium or Edge, or set CHROME_PATH to one, and run again.';

process.exitCode = ensure() ? 0 : 1;

function ensure(): boolean {
  if (ready()) return true;
  if (attempt('npx', ['playwright', 'install', 'chromium'])) return ready();
  const isDebian = existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;
  if (isDebian && attempt('apt-get', ['update', '-qq'])) {
    if (attempt('apt-get', ['install', '-y', '-qq', 'chromium'])) return ready();
  }
  return ready() || fail(HOW);
}

function ready(): boolean {
  let path: string | null;
  try {
    path = findBrowser() ?? downloaded();
  } catch (error) {
    return fail((error as Error).message);
  }
  if (path) console.log(`Browser for the tests: ${path}`);
  return path !== null;
}

function downloaded(): string | null {
  const path = chromium.executablePath();
  return existsSync(path) ? path : null;
}

function attempt(program: string, args: string[]): boolean {
  console.log(`Browser for the tests: ${program} ${args.join(' ')}`);
  return spawnSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
}

function fail(line: string): false {
  console.error(line);
  return false;
}
