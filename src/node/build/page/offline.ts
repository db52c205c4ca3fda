/** Gives the service worker of a built site the list of files that make up its page. */
import { createHash } from 'node:crypto';
import { isWebGpuFile } from './engine-files.ts';
import { HtmlEditor } from './html-editor.ts';

export const SERVICE_WORKER = 'sw.js';

/** Larger files are not precached; they are cached on first use. */
const MAX_SHELL_BYTES = 256 << 10;

/**
 * @param script the bundle that Vite built from src/offline
 * @param files the page's files with their bytes, relative to the site; the page itself is `index.html`
 * @returns the script, preceded by the list. If the list changes, the script does, and browsers update the worker.
 */
export function withShell(script: string, files: ReadonlyMap<string, Uint8Array>): string {
  const shell = [...files]
    // Licence texts are not needed offline.
    .filter(([name]) => !name.endsWith('.txt'))
    // The search worker downloads, checks and caches WebAssembly itself.
    .filter(([name, bytes]) => bytes.length <= MAX_SHELL_BYTES && !name.endsWith('.wasm'))
    // Only visitors with a GPU load the WebGPU engine; it is cached when they do.
    .filter(([name]) => !isWebGpuFile(name))
    // Only pages with a search service load these, and offline they can ask nobody.
    .filter(([name]) => !/\bremote-(search|words)-/.test(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = createHash('sha256');
  for (const [name, bytes] of shell) hash.update(`${name}\n`).update(bytes);
  const list = {
    version: hash.digest('hex').slice(0, 16),
    files: shell.map(([name]) => (name === 'index.html' ? './' : name.replaceAll('\\', '/'))),
  };
  return `self.SOUTU_SHELL=${JSON.stringify(list)};\n${script}`;
}

/** Added here, because Vite's development server has no service worker. */
export function withOffline(html: string): string {
  const page = new HtmlEditor(html);
  page.setAttribute(page.find('soutu-search'), 'offline', `./${SERVICE_WORKER}`);
  return page.toString();
}
