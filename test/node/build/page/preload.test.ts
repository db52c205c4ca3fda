/** The scripts that the page asks for before it knows that it needs them. */
import { expect, test } from 'vitest';
import { withPreloads } from '../../../../src/node/build/page/preload.ts';

const HASH = '0123456789abcdef';
const HTML = '<!doctype html><head><link rel="stylesheet" href="a.css"></head><body></body>';
const filesOf = (texts: Record<string, string>) =>
  new Map(Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)]));

test('the worker and its static imports, theirs too, and nothing that it loads on demand', () => {
  const files = filesOf({
    [`assets/early-${HASH}.js`]: '',
    [`assets/main-${HASH}.js`]:
      'import{a}from"./errors-1.js";import"./b-2.js";import("./late-3.js")',
    'assets/errors-1.js': 'import { c } from "./c-4.js";',
    'assets/b-2.js': 'import{a}from"./errors-1.js";',
    'assets/c-4.js': '',
    'assets/late-3.js': '',
  });
  const found = [...withPreloads(HTML, files).matchAll(/<link rel="modulepreload" href="(.+?)"/g)];
  expect(found.map(([, href]) => href)).toEqual([
    `./assets/main-${HASH}.js`,
    './assets/errors-1.js',
    './assets/b-2.js',
    './assets/c-4.js',
  ]);
});

test('the script that asks for the manifest waits for no other', () => {
  const files = filesOf({ [`assets/early-${HASH}.js`]: '', [`assets/main-${HASH}.js`]: '' });
  expect(withPreloads(HTML, files)).toContain(
    `<script type="module" async src="./assets/early-${HASH}.js"></script>`,
  );
});

test('a page without these scripts is a mistake of ours', () => {
  const early = { [`assets/early-${HASH}.js`]: '' };
  expect(() => withPreloads(HTML, filesOf(early))).toThrow('no script /assets\\/main-');
  expect(() => withPreloads(HTML, filesOf({ [`assets/main-${HASH}.js`]: '' }))).toThrow(
    'no script /assets\\/early-',
  );
});
