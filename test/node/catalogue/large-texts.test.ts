/** Texts made to keep a reader busy: a megabyte takes no time, whatever is in it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCatalogue } from '../../../src/node/catalogue/catalogue.ts';
import { cpuMs, QUICK_MS } from '../../support/cpu-time.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();
const MEGABYTE = 1_000_000;

const google = (fields: string) =>
  `<rss xmlns:g="http://base.google.com/ns/1.0"><channel><item><g:id>1</g:id>
<g:image_link>a.jpg</g:image_link>${fields}</item></channel></rss>`;
const names = Array.from({ length: 10_000 }, (_, i) => `${'column '.repeat(13)}${100_000 + i}`);

test.each([
  ['spaces in a price', 'xml', google(`<g:price>1${' '.repeat(MEGABYTE)}x</g:price>`)],
  ['digits in a price', 'xml', google(`<g:price>${'1'.repeat(MEGABYTE)}x</g:price>`)],
  [
    'spaces in a product type',
    'xml',
    google(`<g:product_type>a${' '.repeat(MEGABYTE)}b</g:product_type>`),
  ],
  ['dots in a URL', 'txt', `https://x.example/${'.a'.repeat(MEGABYTE / 2)}-\n`],
  [
    'dots and question marks in a cell',
    'csv',
    `id,place\n1,${'.a?\n'.repeat(MEGABYTE / 4).replaceAll('\n', ' ')}\n`,
  ],
  ['line breaks in a cell', 'csv', `id,place\n1,"${'.a?\n'.repeat(MEGABYTE / 4)}"\n`],
  ['columns', 'csv', `id,image,${names.join(',')}\n1,a.jpg\n`],
])('%s', async (name, extension, text) => {
  const path = join(root, `${name.replaceAll(' ', '-')}.${extension}`);
  await writeFile(path, text);
  // Some are refused, which is as good.
  const read = () =>
    readCatalogue(path).catch((error: Error) => expect(error.name).toBe('CatalogueError'));
  expect(await cpuMs(read)).toBeLessThan(QUICK_MS);
});
