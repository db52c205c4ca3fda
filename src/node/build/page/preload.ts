/**
 * What a page should download early:
 *
 *     the worker's scripts   together with the page's own. Otherwise they are known only after the page's script has
 *                            run, and their imports only after that: two more round trips before a first answer
 *     the manifest           by a tiny script that does not wait for the others: one more
 */
import { HtmlEditor } from './html-editor.ts';

/** Static imports in minified scripts; `import(…)` loads on demand. */
const IMPORTED = /(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g;
const WORKER = /assets\/main-[0-9a-f]{16}\.js$/;
const EARLY = /assets\/early-[0-9a-f]{16}\.js$/;

/**
 * @param files the page's files, relative to the site
 * @throws Error if the scripts are not among them
 */
export function withPreloads(html: string, files: ReadonlyMap<string, Uint8Array>): string {
  const worker = named(WORKER, files);
  const early = named(EARLY, files);
  // The set grows during the iteration.
  const scripts = new Set([worker]);
  for (const name of scripts) {
    const code = Buffer.from(files.get(name) ?? []).toString('utf8');
    for (const [, imported] of code.matchAll(IMPORTED)) scripts.add(`assets/${imported}`);
  }
  const page = new HtmlEditor(html);
  const style = page.find('link', ({ attrs }) =>
    attrs.some(({ name, value }) => name === 'rel' && value === 'stylesheet'),
  );
  const links = [...scripts].map((name) => `\n    <link rel="modulepreload" href="./${name}" />`);
  const first = `\n    <script type="module" async src="./${early}"></script>`;
  page.insertAfter(style, first + links.join(''));
  return page.toString();
}

function named(pattern: RegExp, files: ReadonlyMap<string, Uint8Array>): string {
  const found = [...files.keys()].find((name) => pattern.test(name));
  if (found === undefined) throw new Error(`The page has no script ${pattern}.`);
  return found;
}
