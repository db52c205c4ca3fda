/**
 * The promised floor is Safari 16.4 and browsers of its age: module workers and WebAssembly SIMD. What came later is
 * taken away from Chromium here, in the page and in its worker, and must not appear in the built scripts.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { hitsOf, search, visit } from './support/visit.ts';

const site = inject('sampleSite');

/** Newer than the floor: static functions, then methods of prototypes. */
const NEWER_STATICS = [
  ...['AbortSignal.any', 'Promise.withResolvers', 'Promise.try', 'Array.fromAsync', 'URL.parse'],
  ...['URL.canParse', 'Object.groupBy', 'Map.groupBy', 'Uint8Array.fromBase64', 'RegExp.escape'],
  ...['Iterator.from', 'Error.isError', 'Math.sumPrecise', 'Uint8Array.fromHex'],
];
const NEWER_METHODS = [
  ...['Set.union', 'Set.intersection', 'Set.difference', 'Set.symmetricDifference'],
  ...['Set.isSubsetOf', 'Set.isSupersetOf', 'Set.isDisjointFrom', 'ArrayBuffer.transfer'],
  ...['Uint8Array.toBase64', 'Uint8Array.toHex', 'Iterator.map', 'Iterator.filter'],
  ...['Iterator.toArray', 'Iterator.take', 'Iterator.drop', 'Iterator.flatMap', 'Iterator.some'],
  ...['Map.getOrInsert', 'Element.checkVisibility', 'HTMLElement.togglePopover'],
  ...['HTMLElement.showPopover', 'HTMLElement.hidePopover', 'Element.moveBefore'],
  ...['Document.startViewTransition'],
];

/** Scripts on every way of a photo search; ONNX Runtime's own run in browsers that choose it only. */
const OURS = /^(?!ort-|onnx-|hnsw).+\.js$/;

const OLD_BROWSER = `(() => {
  const statics = ${JSON.stringify(NEWER_STATICS)};
  const methods = ${JSON.stringify(NEWER_METHODS)};
  for (const path of statics) {
    const [owner, name] = path.split('.');
    if (globalThis[owner]) delete globalThis[owner][name];
  }
  for (const path of methods) {
    const [owner, name] = path.split('.');
    if (globalThis[owner]) delete globalThis[owner].prototype[name];
  }
  if (globalThis.HTMLElement) delete HTMLElement.prototype.popover;
  delete globalThis.requestIdleCallback;
  delete globalThis.scheduler;
})();
`;

test('a page and a worker of that age find the piece in the photo', async () => {
  const old: string[] = [];
  const { page, context, url } = await visit(site, {
    answer(path, _, response) {
      if (!/^assets\/main-.*\.js$/.test(path)) return false;
      old.push(path);
      const script = readFileSync(join(site, path), 'utf8');
      response.setHeader('Content-Type', 'text/javascript');
      response.end(OLD_BROWSER + script);
      return true;
    },
  });
  await context.addInitScript(OLD_BROWSER);
  await page.goto(`${url}?old`);
  expect(await page.evaluate("'any' in AbortSignal || 'canParse' in URL")).toBe(false);
  const hint = page.locator('soutu-search [part~=drop-page]');
  expect(await hint.isVisible(), 'the hint needs a popover').toBe(false);
  const response = await hitsOf(search(page, 'public/sample/queries/vase-001.jpg'));
  expect(response.hits[0]?.group).toBe('vase-001');
  expect(old.length, 'the worker was an old one, too').toBeGreaterThan(0);
});

test('no script that a search needs names anything newer', () => {
  const assets = readdirSync(join(site, 'assets')).filter((name) => OURS.test(name));
  expect(assets.some((name) => name.startsWith('page-'))).toBe(true);
  expect(assets.some((name) => name.startsWith('main-'))).toBe(true);
  const scripts = ['sw.js', ...assets.map((name) => `assets/${name}`)];
  const found = scripts.flatMap((script) => {
    const code = readFileSync(join(site, script), 'utf8');
    return NEWER_STATICS.filter((name) => code.includes(`${name}(`)).map(
      (name) => `${script}: ${name}`,
    );
  });
  expect(found, 'write a stand-in, as src/client/linked-signal.ts').toEqual([]);
});
