import { expect, test } from 'vitest';
import { withTitle } from '../../scripts/build/page.ts';

const html =
  '<title data-title>Old</title><h1 class="a" data-title>Old <h1>Kept</h1><p data-title>Kept</p>';

test('the title goes into the marked title and h1, and nowhere else', () => {
  expect(withTitle(html, 'Mugs')).toBe(
    '<title data-title>Mugs</title><h1 class="a" data-title>Mugs<h1>Kept</h1><p data-title>Kept</p>',
  );
});

test('a title is text: no tag, entity or replacement pattern of it does anything', () => {
  const page = withTitle(html, `</title><script>alert("1 & 2")</script> $& $1 &amp;`);
  expect(page).not.toContain('<script>');
  expect(page).toContain(
    '&lt;/title&gt;&lt;script&gt;alert("1 &amp; 2")&lt;/script&gt; $&amp; $1 &amp;amp;',
  );
});

test('without a title the page keeps its own words', () => {
  expect(withTitle(html, null)).toBe(html);
});
