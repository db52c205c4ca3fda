import { parse, serialize } from 'parse5';
import { expect, test } from 'vitest';
import {
  attributeOf,
  escapeHtml,
  HtmlEditor,
} from '../../../../src/node/build/page/html-editor.ts';

test('what is not edited stays as it was written, to the byte', () => {
  const html =
    '<!DOCTYPE html>\r\n<html>\n<HEAD><title>A &amp; B</title><p Class=x>\n<!-- c --></html>  ';
  expect(new HtmlEditor(html).toString()).toBe(html);
});

test('attributes are replaced however they were written, or added as the last', () => {
  for (const written of [`LANG=en`, `lang = 'en'`, `lang="en"`, `lang`]) {
    const page = new HtmlEditor(`<html ${written}><body><p id=a hidden>x</p>`);
    page.setAttribute(page.find('html'), 'lang', 'de');
    const p = page.find('p', (one) => attributeOf(one, 'id') === 'a');
    page.setAttribute(p, 'title', `"<&>`);
    page.removeAttribute(p, 'hidden');
    expect(page.toString()).toBe('<html lang="de"><body><p id=a title="&quot;&lt;&amp;&gt;">x</p>');
  }
});

test('tags inside of scripts, comments and attributes are none', () => {
  const html = `<title>a</title><!-- <p>1</p> --><script>"<p>2</p>"</script><i title="<p>3</p>"></i><p>4</p>`;
  const page = new HtmlEditor(html);
  page.setText(page.find('p'), '5');
  expect(page.toString()).toBe(html.replace('<p>4</p>', '<p>5</p>'));
});

test('comments are replaced with their lines, and others stay', () => {
  const page = new HtmlEditor('<body>\n    <!--a:b-->\n  <!--c-->\n</body>');
  page.replaceComments((key) => ({ 'a:b': '<b></b>' })[key]);
  expect(page.toString()).toBe('<body>\n<b></b>  <!--c-->\n</body>');
});

test('any text is read back as it was by another reader', () => {
  const text = `</title><script>alert("1 & 2")</script> $& &amp; \u00a0`;
  const page = new HtmlEditor('<title>x</title>');
  page.setText(page.find('title'), text);
  const document = parse(page.toString());
  expect(page.toString()).toContain(escapeHtml(text));
  expect(serialize(document)).toContain(
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('\u00a0', '&nbsp;'),
  );
});

test('a page without the element is refused by its name', () => {
  const page = new HtmlEditor('<p>x</p>');
  expect(() => page.find('soutu-search')).toThrow(
    'index.html has no <soutu-search> that the build could fill.',
  );
  // The parser adds a head, but there is none in the text.
  expect(() => page.find('head')).toThrow('index.html has no <head>');
});
