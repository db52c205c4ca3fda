/** The search page of a site, written beside the bundle. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { installableFiles, withInstallable } from './installable.ts';
import { SERVICE_WORKER, withOffline, withShell } from './offline.ts';
import { pageFiles } from './vite-page.ts';

export interface PageSummary {
  readonly bytes: number;
  readonly seconds: number;
}

/**
 * @param out the site's folder
 * @param title what the page calls the catalogue; null keeps the page's own words
 */
export async function writePage(out: string, title: string | null): Promise<PageSummary> {
  const started = performance.now();
  const files = await pageFiles();
  const page = withInstallable(withOffline(withTitle(take(files, 'index.html'), title)));
  const worker = withShell(
    take(files, SERVICE_WORKER),
    new Map([...files, ['index.html', Buffer.from(page)]]),
  );
  for (const [name, content] of await installableFiles(title)) files.set(name, content);
  // The page last: it must not name scripts that are not there yet.
  files.set(SERVICE_WORKER, Buffer.from(worker));
  files.set('index.html', Buffer.from(page));
  let bytes = 0;
  for (const [name, content] of files) {
    await mkdir(dirname(join(out, name)), { recursive: true });
    await placeWhole(content, join(out, name));
    bytes += content.length;
  }
  return { bytes, seconds: Math.round(performance.now() - started) / 1000 };
}

/** A text out of the built files. */
function take(files: Map<string, Uint8Array>, name: string): string {
  const bytes = files.get(name) as Uint8Array;
  files.delete(name);
  return Buffer.from(bytes).toString('utf8');
}

/** Under its name a file is always whole, also for visitors in the middle of a build. */
async function placeWhole(bytes: Uint8Array, to: string): Promise<void> {
  const there = await readFile(to).catch(() => null);
  if (there?.equals(bytes)) return;
  await writeFile(`${to}.tmp`, bytes);
  await rename(`${to}.tmp`, to);
}

/** Puts the catalogue's title into the elements that are marked for it. */
export function withTitle(html: string, title: string | null): string {
  if (title === null) return html;
  const text = title.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c] ?? c);
  return html.replace(/(<(title|h1)\b[^>]*\bdata-title\b[^>]*>)[^<]*/g, (_, tag) => tag + text);
}
