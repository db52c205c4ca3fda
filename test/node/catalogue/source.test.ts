/** Every source against the contract. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect } from 'vitest';
import type { Item } from '../../../src/core/item.ts';
import { openSource } from '../../../src/node/catalogue/catalogue.ts';
import { openSite } from '../../../src/node/catalogue/site/site-source.ts';
import { tempFolder } from '../../support/temp.ts';
import { describeSource } from './source.contract.ts';

const root = await tempFolder();
const open = (path: string) => openSource(path, {});

async function write(path: string, content: string | Uint8Array = ''): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
}

/** Empty files: sources do not open photos that have a photo's extension. */
const writePhotos = (folder: string, items: readonly Item[]) =>
  Promise.all(items.map(({ image }) => write(join(folder, image))));

describeSource('a folder with side-cars', root, {
  async write(folder, items) {
    await writePhotos(folder, items);
    for (const { image, attributes, ...fields } of items) {
      // Sub-folders become the attribute "folder"; these items have none.
      const sideCar = { ...fields, attributes: { ...attributes, folder: null } };
      await write(join(folder, image.replace(/jpg$/, 'json')), JSON.stringify(sideCar));
    }
    return folder;
  },
  open,
});

describeSource('catalogue.json', root, {
  async write(folder, items) {
    await writePhotos(folder, items);
    return write(join(folder, 'catalogue.json'), JSON.stringify(items));
  },
  open,
});

/** A row as a shop's own export has it. */
function rowOf({ id, image, group, title, url, attributes }: Item): Record<string, unknown> {
  const fields = { SKU: id, Photo: image, relation_id: group, Name: title, link: url };
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries([...given, ...Object.entries(attributes ?? {})]);
}

/** Written by the rules of RFC 4180, as an independent oracle: quotes around cells, doubled inside. */
function separated(items: readonly Item[], separator: string): string {
  const rows = items.map(rowOf);
  const columns = [...new Set(rows.flatMap(Object.keys))];
  const quoted = (cell: unknown) =>
    cell === undefined ? '' : `"${String(cell).replaceAll('"', '""')}"`;
  const lines = [columns, ...rows.map((row) => columns.map((name) => row[name]))];
  return lines.map((cells) => `${cells.map(quoted).join(separator)}\r\n`).join('');
}

const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
const tables: [name: string, file: string, of: (items: readonly Item[]) => string | Uint8Array][] =
  [
    ['CSV', 'table.csv', (items) => separated(items, ',')],
    ['CSV with semicolons and a byte order mark', 'table.CSV', (i) => `\ufeff${separated(i, ';')}`],
    ['TSV in UTF-16, as Excel writes it', 'table.txt', (items) => utf16(separated(items, '\t'))],
    ['UTF-16 BE', 'table.csv', (items) => utf16(separated(items, ',')).swap16()],
    ['NDJSON', 'table.ndjson', (i) => i.map((item) => `${JSON.stringify(rowOf(item))}\n`).join('')],
    ['a list in JSON with its own names', 'rows.json', (items) => JSON.stringify(items.map(rowOf))],
  ];

for (const [name, file, contentOf] of tables) {
  describeSource(name, root, {
    async write(folder, items) {
      await writePhotos(folder, items);
      return write(join(folder, file), contentOf(items));
    },
    open,
  });
}

const escaped = (text: unknown) =>
  String(text).replace(/[&<>"'\r\n\t]/g, (c) => `&#${c.charCodeAt(0)};`);

describeSource('a Google Merchant feed', root, {
  async write(folder, items) {
    await writePhotos(folder, items);
    const element = (name: string, text: unknown) =>
      text === undefined ? '' : `<${name}>${escaped(text)}</${name}>\n`;
    const rows = items.map(
      ({ id, image, group, title, url, attributes }) =>
        `<item>${element('g:id', id)}${element('g:image_link', image)}${element('title', title)}` +
        `${element('g:item_group_id', group)}${element('link', url)}` +
        `${element('g:price', attributes?.price)}${element('g:brand', attributes?.brand)}</item>`,
    );
    const xml =
      '<?xml version="1.0"?><rss xmlns:g="http://base.google.com/ns/1.0" version="2.0">' +
      `<channel><title>Shop</title>\n${rows.join('\n')}</channel></rss>`;
    return write(join(folder, 'feed.xml'), xml);
  },
  open,
  attributesIn: ({ price, kind, note }) => ({
    ...(price === undefined ? {} : { price }),
    ...(kind === undefined && note === undefined ? {} : { brand: kind ?? note ?? '' }),
  }),
});

describeSource('a built site', root, {
  async write(folder, items) {
    await writePhotos(folder, items);
    for (const [i, { id, image, group, title, url, attributes }] of items.entries()) {
      const given = {
        'data-soutu-id': id,
        'data-soutu-group': group,
        'data-soutu-title': title,
        'data-soutu-url': url,
        ...Object.fromEntries(
          Object.entries(attributes ?? {}).map(([name, value]) => [
            `data-soutu-attr-${name}`,
            value,
          ]),
        ),
        src: `/${image.split('/').map(encodeURIComponent).join('/')}`,
      };
      const written = Object.entries(given).flatMap(([name, value]) =>
        value === undefined ? [] : [` ${name}="${escaped(value)}"`],
      );
      await write(join(folder, `${i}.html`), `<!doctype html>\n<p><img${written.join('')}>`);
    }
    return folder;
  },
  open: openSite,
  expected: (item) => ({ ...item, url: item.url ?? expect.stringMatching(/^\/\d\.html$/) }),
  // Names of attributes in HTML have no quotes, commas or spaces.
  attributesIn: (attributes) =>
    Object.fromEntries(Object.entries(attributes).filter(([name]) => /^\w+$/.test(name))),
});

/** A collection with a manifest for each item, which it contains or which is a file of its own. */
describe.each([2, 3])('IIIF Presentation %i', (version) => {
  const textOf = (text: unknown) => (version === 3 ? { none: [text] } : text);
  const manifestOf = ({ id, image, group, title, url, attributes }: Item, at: string) => {
    const facts = {
      label: textOf(title),
      metadata: Object.entries(attributes ?? {}).map(([name, value]) => ({
        label: textOf(name),
        value: textOf(String(value)),
      })),
    };
    const photo = image.split('/').map(encodeURIComponent).join('/');
    return version === 3
      ? {
          '@context': 'http://iiif.io/api/presentation/3/context.json',
          id: group ?? at,
          type: 'Manifest',
          ...facts,
          ...(url === undefined ? {} : { homepage: [{ id: url, type: 'Text' }] }),
          items: [
            {
              id,
              type: 'Canvas',
              items: [{ items: [{ motivation: 'painting', body: { id: photo, type: 'Image' } }] }],
            },
          ],
        }
      : {
          '@context': 'http://iiif.io/api/presentation/2/context.json',
          '@id': group ?? at,
          '@type': 'sc:Manifest',
          ...facts,
          ...(url === undefined ? {} : { related: { '@id': url } }),
          sequences: [
            {
              canvases: [
                {
                  '@id': id,
                  '@type': 'sc:Canvas',
                  images: [{ resource: { '@id': photo, '@type': 'dctypes:Image' } }],
                },
              ],
            },
          ],
        };
  };
  describeSource('a collection', root, {
    async write(folder, items) {
      await writePhotos(folder, items);
      const manifests = items.map((item, i) => manifestOf(item, `m${i}`));
      // Every second one is a file of its own.
      const members = await Promise.all(
        manifests.map(async (manifest, i) => {
          if (i % 2 === 0) return manifest;
          await write(join(folder, `m${i}.json`), JSON.stringify(manifest));
          return version === 3
            ? { id: `m${i}.json`, type: 'Manifest' }
            : { '@id': `m${i}.json`, '@type': 'sc:Manifest' };
        }),
      );
      const collection =
        version === 3
          ? {
              '@context': 'http://iiif.io/api/presentation/3/context.json',
              type: 'Collection',
              items: members,
            }
          : {
              '@context': 'http://iiif.io/api/presentation/2/context.json',
              '@type': 'sc:Collection',
              members,
            };
      return write(join(folder, 'collection.json'), JSON.stringify(collection));
    },
    open,
    expected: (item) => ({ ...item, group: item.group ?? expect.stringMatching(/^m\d$/) }),
  });
});
