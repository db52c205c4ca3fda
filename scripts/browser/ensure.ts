/**
 * Makes sure that the browser tests have a browser, and logs each step: an installed browser, else Playwright's
 * download, else Debian's package.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright';
import { findBrowser } from './find.ts';

const HOW =
  'No browser for the tests: install Chrome, Chromium or Edge, or set CHROME_PATH to one, and run again.';

process.exitCode = ensure() ? 0 : 1;

function ensure(): boolean {
  try {
    if (isReady()) return true;
    const isRoot = process.getuid?.() === 0;
    // As root, Playwright can also install the libraries that its browser needs.
    const deps = isRoot && process.platform === 'linux' ? ['--with-deps'] : [];
    if (attempt('npx', ['playwright', 'install', ...deps, 'chromium']) && isReady()) return true;
    if (isRoot && existsSync('/usr/bin/apt-get') && attempt('apt-get', ['update', '-qq'])) {
      if (attempt('apt-get', ['install', '-y', '-qq', 'chromium']) && isReady()) return true;
    }
  } catch (error) {
    console.error((error as Error).message);
    return false;
  }
  console.error(HOW);
  return false;
}

function isReady(): boolean {
  const path = findBrowser() ?? downloaded();
  if (!path) return false;
  if (!runs(path)) {
    console.log(`Browser for the tests: ${path} does not run`);
    return false;
  }
  console.log(`Browser for the tests: ${path}`);
  return true;
}

/** An existing file is not enough: libraries may be missing, or it may be a stub that asks for a package. */
function runs(path: string): boolean {
  if (process.platform === 'win32') return true; // there --version opens a window
  return spawnSync(path, ['--version'], { timeout: 30_000 }).status === 0;
}

function downloaded(): string | null {
  const path = chromium.executablePath();
  return existsSync(path) ? path : null;
}

function attempt(program: string, args: string[]): boolean {
  console.log(`Browser for the tests: ${program} ${args.join(' ')}`);
  return spawnSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
}
