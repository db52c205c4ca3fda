/** Finds the browser for the tests: CHROME_PATH, or any installed Chrome, Chromium or Edge. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'microsoft-edge-stable',
  'chrome',
];

const ELSEWHERE = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** No sandbox as root (containers), and no background requests by the browser. */
export const LAUNCH_ARGS: readonly string[] = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Chromium itself asks a server about forms with text fields.
  '--disable-features=AutofillServerCommunication',
  '--no-first-run',
];

/** A software GPU for WebGPU tests: slow, but the same everywhere. */
export const SOFTWARE_GPU_ARGS: readonly string[] = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
];

/**
 * @returns the path of an executable; null if no browser is installed (Playwright's own may still exist)
 * @throws Error if CHROME_PATH is set but is not an executable file
 */
export function findBrowser(env: NodeJS.ProcessEnv = process.env): string | null {
  const wanted = env.CHROME_PATH;
  if (wanted) {
    if (isExecutable(wanted)) return wanted;
    throw new Error(`CHROME_PATH is "${wanted}", which is not a program. Fix or unset it.`);
  }
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = [...NAMES.flatMap((name) => folders.map((f) => join(f, name))), ...ELSEWHERE];
  return candidates.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    // Folders are "executable" too.
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
