/**
 * Builds the entries for bundlers, in dist/bundler:
 *
 *     widget.js ──▶ ../browser/widget.js
 *        ├────────▶ files.js           all files of dist/browser, each as `new URL('../browser/NAME', import.meta.url)`
 *        └─ only if needed ─▶ worker-inline.js          the worker and its small files, inlined in a script
 *
 * Vite, webpack and Turbopack copy each file that files.js references. esbuild and Rollup copy none and leave the
 * URLs unchanged; then worker-place.ts loads worker-inline.js. Parcel would bundle the scripts into the page's code,
 * which breaks ONNX Runtime's, so package.json's `alias`, which only Parcel reads, redirects it to no-files.js.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PLACE_FILES, WORKER_FILE } from './beside.ts';

/** Larger files (ONNX Runtime) are not inlined; sites that need them copy the folder `dist/browser`. */
const MAX_INLINE_BYTES = 32 << 10;

/**
 * @param out dist/bundler
 * @param browser dist/browser
 * @param entries its scripts for pages → names of their exports
 * @param names the files that the worker may load
 */
export async function packBundler(
  out: string,
  browser: string,
  entries: ReadonlyMap<string, readonly string[]>,
  names: readonly string[],
): Promise<void> {
  await mkdir(out, { recursive: true });
  const all = [WORKER_FILE, ...names];
  const urls = all.map(
    (name) => `  '${name}': () => new URL('../browser/${name}', import.meta.url),\n`,
  );
  await writeFile(join(out, 'files.js'), `export const files = {\n${urls.join('')}};\n`);
  const none = all.map((name) => `  '${name}': null,\n`);
  await writeFile(join(out, 'no-files.js'), `export const files = {\n${none.join('')}};\n`);
  const inline: string[] = [];
  for (const name of all) {
    const bytes = await readFile(join(browser, name));
    const isSmall = bytes.length <= MAX_INLINE_BYTES && !name.endsWith('.mjs');
    if (name === WORKER_FILE || isSmall) inline.push(inlined(name, bytes));
  }
  await writeFile(
    join(out, 'worker-inline.js'),
    `${URLS}export const urls = {\n${inline.join('')}};\n`,
  );
  for (const [name, exported] of entries) {
    const others = exported.filter((one) => one !== PLACE_FILES).join(', ');
    await writeFile(
      join(out, name),
      `import { ${PLACE_FILES} } from '../browser/${name}';\n` +
        `import { files } from './files.js';\n` +
        `${PLACE_FILES}(files, () => import('./worker-inline.js'));\n` +
        `export { ${others} } from '../browser/${name}';\n`,
    );
  }
}

function inlined(name: string, bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes);
  const value = name.endsWith('.js')
    ? `script(${JSON.stringify(buffer.toString('utf8'))})`
    : `binary('${buffer.toString('base64')}')`;
  return `  '${name}': ${value},\n`;
}

/** The object URLs are never revoked, because a worker may be restarted at any time. */
const URLS = `const url = (part, type) => URL.createObjectURL(new Blob([part], { type }));
const script = (text) => url(text, 'text/javascript');
const binary = (text) =>
  url(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)), 'application/wasm');
`;
