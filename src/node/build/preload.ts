/**
 * Lets the browser download the scripts of the search worker together with the page's own. Otherwise they are known
 * only after the page's script has run, and their imports only after that: two more round trips before a first answer.
 */
import { HtmlEditor } from './html-editor.ts';

/** Static imports in minified scripts; `import(…)` loads on demand. */
const IMPORTED = /(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g;
const WORKER = /assets\/main-[0-9a-f]{16}\.js$/;

/**
 * @param files the page's files, relative to the site
 * @throws Error if the worker's script is not among them
 */
export function withPreloads(html: string, files: ReadonlyMap<string, Uint8Array>): string {
  const worker = [...files.keys()].find((name) => WORKER.test(name));
  if (worker === undefined) throw new Error('The page has no script of the search worker.');
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
  page.insertAfter(style, links.join(''));
  return page.toString();
}
