/** The service worker of a built site: told which files make up its page. */
import { createHash } from 'node:crypto';
import { HtmlEditor } from './html-editor.ts';
import { isWebGpuFile } from './webgpu-files.ts';

export const SERVICE_WORKER = 'sw.js';

/** Larger files are fetched by few visitors, and kept when they are. */
const MAX_SHELL_BYTES = 256 << 10;

/**
 * @param script what Vite made of src/offline
 * @param files the page's files with their bytes, relative to the site; the page itself is `index.html`
 * @returns the script with the list before it: another list makes another script, which browsers take up
 */
export function withShell(script: string, files: ReadonlyMap<string, Uint8Array>): string {
  const shell = [...files]
    // Licences are for reading online.
    .filter(([name]) => !name.endsWith('.txt'))
    // WebAssembly comes through the worker's own checked door, which keeps it.
    .filter(([name, bytes]) => bytes.length <= MAX_SHELL_BYTES && !name.endsWith('.wasm'))
    // Scripts of the GPU's engine are kept by those who came to use them.
    .filter(([name]) => !isWebGpuFile(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = createHash('sha256');
  for (const [name, bytes] of shell) hash.update(`${name}\n`).update(bytes);
  const list = {
    version: hash.digest('hex').slice(0, 16),
    files: shell.map(([name]) => (name === 'index.html' ? './' : name.replaceAll('\\', '/'))),
  };
  return `self.SOUTU_SHELL=${JSON.stringify(list)};\n${script}`;
}

/** Vite's development server has no service worker, so the page gets its name here. */
export function withOffline(html: string): string {
  const page = new HtmlEditor(html);
  page.setAttribute(page.find('soutu-search'), 'offline', `./${SERVICE_WORKER}`);
  return page.toString();
}
