/** The search page of a site: built by Vite from the source, copied beside the bundle. */
import {
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

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
  const built = await mkdtemp(join(tmpdir(), 'soutu-page-'));
  try {
    await build({
      root: ROOT,
      configFile: join(ROOT, 'vite.config.ts'),
      logLevel: 'error',
      build: { outDir: built, emptyOutDir: true },
    });
    const files = (await readdir(built, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(built.length + 1));
    let bytes = 0;
    // The page last: it must not name scripts that are not there yet.
    for (const file of files.filter((name) => name !== 'index.html')) {
      await mkdir(dirname(join(out, file)), { recursive: true });
      await placeWhole(join(built, file), join(out, file));
      bytes += (await stat(join(built, file))).size;
    }
    const page = withTitle(await readFile(join(built, 'index.html'), 'utf8'), title);
    await writeFile(join(out, 'index.html.tmp'), page);
    await rename(join(out, 'index.html.tmp'), join(out, 'index.html'));
    return {
      bytes: bytes + Buffer.byteLength(page),
      seconds: Math.round(performance.now() - started) / 1000,
    };
  } finally {
    await rm(built, { recursive: true, force: true });
  }
}

/** Under its name a file is always whole, also for visitors in the middle of a build. */
async function placeWhole(from: string, to: string): Promise<void> {
  const bytes = await readFile(from);
  const there = await readFile(to).catch(() => null);
  if (there?.equals(bytes)) return;
  await copyFile(from, `${to}.tmp`);
  await rename(`${to}.tmp`, to);
}

/** Puts the catalogue's title into the elements that are marked for it. */
export function withTitle(html: string, title: string | null): string {
  if (title === null) return html;
  const text = title.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c] ?? c);
  return html.replace(/(<(title|h1)\b[^>]*\bdata-title\b[^>]*>)[^<]*/g, (_, tag) => tag + text);
}
