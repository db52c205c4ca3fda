/** `robots.txt` by the examples and rules of RFC 9309. */
import { expect, test } from 'vitest';
import { RobotsRules } from '../../../src/node/photos/crawl/robots.ts';
import { cpuMs, QUICK_MS } from '../../support/cpu-time.ts';

const allows = (text: string, path: string, crawler?: string) =>
  RobotsRules.parse(text, crawler).allows(new URL(path, 'https://museum.example'));

/** Section 5.1. */
const SIMPLE = `User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot

EOF`;

test.each([
  ['anybot', '/', true],
  ['anybot', '/example/page.html', false],
  ['anybot', '/pictures/a.gif', false],
  ['anybot', '/pictures/a.gif?size=2', true],
  ['anybot', '/publications/1', true],
  ['FooBot', '/', false],
  ['foobot', '/example/page.html', true],
  ['foobot', '/example/allowed.gif', true],
  ['foobot', '/example/other.html', false],
  ['barbot', '/example/page.html', false],
  ['bazbot', '/example/page.html', false],
  ['bazbot', '/example/', true],
  ['quxbot', '/example/page.html', true],
])('example of the RFC: %s may ask for %s: %s', (crawler, path, expected) => {
  expect(allows(SIMPLE, path, crawler)).toBe(expected);
});

test('the longest match decides, of equal ones that which allows (5.2)', () => {
  const text = 'User-agent: *\nDisallow: /example/page/\nAllow: /example/page/disallowed.gif\n';
  expect(allows(text, '/example/page/')).toBe(false);
  expect(allows(text, '/example/page/disallowed.gif')).toBe(true);
  expect(allows('User-agent: *\nAllow: /a\nDisallow: /a\n', '/a/b')).toBe(true);
  expect(allows('User-agent: *\nDisallow: /a\nAllow: /a\n', '/a/b')).toBe(true);
});

test('groups of one name count together; our name before the star; names are compared without case', () => {
  const text =
    'User-agent: SOUTU\nDisallow: /one\n\nUser-agent: *\nDisallow: /\n\nuser-agent: soutu/2.1\nDISALLOW: /two # why\n';
  expect(['/one', '/two', '/three'].map((path) => allows(text, path))).toEqual([
    false,
    false,
    true,
  ]);
  expect(allows('User-agent: soutubot\nDisallow: /\n', '/')).toBe(true);
});

test('paths are compared by their characters, escaped or not; stars and the end of a path', () => {
  const rule = (path: string) => `User-agent: *\nDisallow: ${path}\n`;
  expect(allows(rule('/caf%C3%A9'), '/café/1')).toBe(false);
  expect(allows(rule('/café'), '/caf%c3%a9/1')).toBe(false);
  expect(allows(rule('/%7Ejo'), '/~jo/')).toBe(false);
  expect(allows(rule('/a%2Fb'), '/a/b')).toBe(true);
  expect(allows(rule('/iiif/*/full'), '/iiif/7/full/max')).toBe(false);
  expect(allows(rule('/iiif/*/full'), '/iiif/7/info.json')).toBe(true);
  expect(allows(rule('/*.jpg$'), '/a.jpg/b.jpg')).toBe(false);
  expect(allows(rule('/*.jpg$'), '/a.jpg?x')).toBe(true);
  expect(allows(rule('/a$'), '/a')).toBe(false);
  expect(allows(rule('/a$'), '/ab')).toBe(true);
  expect(allows(rule('/ab*b$'), '/ab')).toBe(true);
});

test('nothing that is no rule forbids anything, and /robots.txt is always allowed', () => {
  for (const text of [
    '',
    '<!doctype html><p>Disallow: /',
    'Disallow: /',
    'User-agent: *\nDisallow:\n',
  ]) {
    expect(allows(text, '/a')).toBe(true);
  }
  expect(allows('\ufeffUser-agent: *\r\nDisallow: /\r\n', '/robots.txt')).toBe(true);
  expect(allows('\ufeffUser-agent: *\r\nDisallow: /\r\n', '/a')).toBe(false);
});

test('many stars take no time', async () => {
  const rules = `User-agent: *\n${`Disallow: /${'*a'.repeat(200)}$\n`.repeat(50)}`;
  const spent = await cpuMs(() => expect(allows(rules, `/${'a'.repeat(2000)}b`)).toBe(true));
  expect(spent).toBeLessThan(QUICK_MS);
});
