/** Feeds, sitemaps and lists of URLs, as shops and sites publish them. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCatalogue } from '../../../src/node/catalogue/catalogue.ts';
import type { ColumnMap } from '../../../src/node/catalogue/table/column-map.ts';
import { cpuMs, QUICK_MS } from '../../support/cpu-time.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();
let made = 0;

async function file(content: string | Uint8Array, extension = 'xml'): Promise<string> {
  const path = join(root, `feed-${made++}.${extension}`);
  await writeFile(path, content);
  return path;
}

async function read(content: string | Uint8Array, extension = 'xml') {
  const path = await file(content, extension);
  const { entries, notes, warnings } = await readCatalogue(path);
  const plain = (lines: readonly string[]) => lines.map((line) => line.replace(path, ''));
  return {
    items: entries.map(({ item }) => item),
    entries,
    notes: plain(notes),
    warnings: plain(warnings),
  };
}

async function messageFor(content: string | Uint8Array, extension = 'xml', map?: ColumnMap) {
  const path = await file(content, extension);
  const failure = await readCatalogue(path, map ? { map } : {}).then(
    () => expect.unreachable('it was read'),
    (error: Error) => error,
  );
  return `${failure.name}${failure.message.replace(path, '')}`;
}

const google = (items: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>
<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel>
<title>Shop</title><link>https://shop.example</link>
${items}
</channel></rss>`;

describe('a Google Merchant feed', () => {
  test('gives an item for each photo, with the group, price and attributes of the thing', async () => {
    const { items, entries, notes, warnings } = await read(
      google(`<item>
<g:id>V-1</g:id><title><![CDATA[Vase & <bowl>]]></title><link>https://shop.example/v?a=1&amp;b=2</link>
<g:image_link>https://cdn.example/v1.jpg</g:image_link>
<g:additional_image_link>https://cdn.example/v2.jpg</g:additional_image_link>
<g:price>48.00 EUR</g:price><g:sale_price>39.50 EUR</g:sale_price>
<g:availability>in_stock</g:availability><g:color>Sea green</g:color>
<g:product_type>Home &gt; Vases</g:product_type><g:description>Long text</g:description>
</item>
<item><g:id>M-1</g:id><g:title>Mug</g:title><g:image_link>m.jpg</g:image_link><g:item_group_id>M</g:item_group_id></item>
<item><g:id>none</g:id></item>
<item><g:image_link>x.jpg</g:image_link></item>`),
    );
    const vase = {
      group: 'V-1',
      title: 'Vase & <bowl>',
      url: 'https://shop.example/v?a=1&b=2',
      attributes: {
        price: 39.5,
        currency: 'EUR',
        availability: 'in stock',
        color: 'Sea green',
        'product type': ['Home', 'Vases'],
      },
    };
    expect(items).toEqual([
      { id: 'V-1', image: 'https://cdn.example/v1.jpg', ...vase },
      { id: 'V-1/2', image: 'https://cdn.example/v2.jpg', ...vase },
      { id: 'M-1', image: 'm.jpg', group: 'M', title: 'Mug' },
    ]);
    expect(entries.map(({ path }) => path)).toEqual([
      'https://cdn.example/v1.jpg',
      'https://cdn.example/v2.jpg',
      join(root, 'm.jpg'),
    ]);
    expect(entries[0]?.place.row).toBe('line 4');
    expect(notes).toEqual([': read as a Google Merchant feed with 4 entries.']);
    expect(warnings).toEqual([
      ': 1 left out (line 13): it has no photo.',
      ': 1 left out (line 14): it has no id.',
    ]);
  });

  test('in TSV is a table', async () => {
    const rows = [
      'id\ttitle\tlink\timage_link\titem_group_id\tavailability',
      'V-1\tVase\thttps://shop.example/v\thttps://cdn.example/v.jpg\tV\tin_stock',
    ];
    const { items } = await read(rows.join('\n'), 'tsv');
    expect(items).toEqual([
      {
        id: 'V-1',
        image: 'https://cdn.example/v.jpg',
        group: 'V',
        title: 'Vase',
        url: 'https://shop.example/v',
        attributes: { availability: 'in_stock' },
      },
    ]);
  });
});

test('RSS with media: contents, else enclosures, else thumbnails', async () => {
  const { items, notes, warnings } =
    await read(`\ufeff<rss xmlns:media="http://search.yahoo.com/mrss/"><channel>
<item><guid>1</guid><title>A</title><link>https://x.example/a</link><category>red</category><category>red</category>
<media:group><media:content url="https://x.example/a.jpg" medium="image"/><media:content url="a.mp4" type="video/mp4"/>
</media:group><media:thumbnail url="https://x.example/small.jpg"/></item>
<item><link>https://x.example/b</link><enclosure url="https://x.example/b.jpg" type="image/jpeg" length="1"/>
<enclosure url="https://x.example/b.mp3" type="audio/mpeg" length="1"/></item>
<item><guid>3</guid><media:thumbnail url="https://x.example/c.jpg"/></item>
<item><guid>4</guid><title>No photo</title></item>
</channel></rss>`);
  expect(items).toEqual([
    {
      id: '1',
      image: 'https://x.example/a.jpg',
      title: 'A',
      url: 'https://x.example/a',
      attributes: { category: ['red'] },
    },
    { id: 'https://x.example/b', image: 'https://x.example/b.jpg', url: 'https://x.example/b' },
    { id: '3', image: 'https://x.example/c.jpg' },
  ]);
  expect(notes).toEqual([': read as an RSS feed with 4 entries.']);
  expect(warnings).toEqual([': 1 left out (line 8): it has no photo.']);
});

test('RSS with media: the extension tells where no type does; a group is one photo', async () => {
  const { items } = await read(`<rss xmlns:media="http://search.yahoo.com/mrss/"><channel>
<item><guid>1</guid><media:content url="a.jpg?v=2" width="460"/><media:content url="a.mp4"/></item>
<item><guid>2</guid><media:group><media:content url="s.jpg" width="100"/><media:content url="l.jpg" width="900"/>
<media:content url="m.jpg" width="400"/></media:group></item>
<item><guid>3</guid><media:group><media:content url="l.jpg" width="900"/>
<media:content url="d.jpg" width="400" isDefault="true"/></media:group>
<media:content url="x.jpg" type="video/mp4"/><media:content url="y" medium="image"/></item></channel></rss>`);
  expect(items.map(({ id, image }) => [id, image])).toEqual([
    ['1', 'a.jpg?v=2'],
    ['2', 'l.jpg'],
    ['3', 'y'],
    ['3/2', 'd.jpg'],
  ]);
});

test('a sale price that cannot be read leaves the price', async () => {
  const item = (sale: string) =>
    `<item><g:id>${sale}</g:id><g:image_link>a.jpg</g:image_link><g:price>48.00 EUR</g:price><g:sale_price>${sale}</g:sale_price></item>`;
  const { items } = await read(google(`${item('on request')}${item('39 EUR')}`));
  expect(items.map(({ attributes }) => attributes)).toEqual([
    { price: 48, currency: 'EUR' },
    { price: 39, currency: 'EUR' },
  ]);
});

describe('the encoding that XML declares', () => {
  const feed = (encoding: string) =>
    `<?xml version="1.0" encoding="${encoding}"?>\n<rss><channel><item><guid>1</guid><title>@</title><enclosure url="a.jpg" type="image/jpeg"/></item></channel></rss>`;
  const withTitle = (encoding: string, title: readonly number[]) => {
    const [before = '', after = ''] = feed(encoding).split('@');
    return Buffer.concat([Buffer.from(before), Buffer.from(title), Buffer.from(after)]);
  };

  test.each([
    ['ISO-8859-2', [0xb3, 0xf3, 0xbf], 'łóż'],
    ['windows-1251', [0xc2, 0xe0, 0xe7, 0xe0], 'Ваза'],
    ['Shift_JIS', [0x89, 0xd4, 0x95, 0x72], '花瓶'],
    // Valid in UTF-8, too.
    ['GBK', [0xc4, 0xa3], '模'],
    ['iso-8859-1', [0x80, 0xe4], '€ä'],
    ['utf-8', [0xc3, 0xa4], 'ä'],
    // It is not: each character has one byte.
    ['UTF-16', [0xc3, 0xa4], 'ä'],
  ])('%s', async (encoding, bytes, title) => {
    const { items } = await read(withTitle(encoding, bytes));
    expect(items[0]?.title).toBe(title);
  });

  test('that is not known, or not that of the file', async () => {
    expect(await messageFor(feed('klingon'))).toBe(
      'CatalogueError, line 1: the encoding "klingon" is not known. Save the file as UTF-8, and write encoding="UTF-8".',
    );
    expect(await messageFor(withTitle('utf-8', [0xe4]))).toBe(
      'CatalogueError, line 1: its bytes are not "utf-8", as its first line says. Save it as UTF-8, and write encoding="UTF-8".',
    );
  });
});

test('Atom: the page is the alternate link, the photo an enclosure', async () => {
  const { items, notes } = await read(`<feed xmlns="http://www.w3.org/2005/Atom"><title>Blog</title>
<entry><id>tag:x,1</id><title>A</title><link rel="enclosure" type="image/png" href="https://x.example/a.png"/>
<link href="https://x.example/a"/><category term="t" label="Pots"/></entry></feed>`);
  expect(items).toEqual([
    {
      id: 'tag:x,1',
      image: 'https://x.example/a.png',
      title: 'A',
      url: 'https://x.example/a',
      attributes: { category: ['Pots'] },
    },
  ]);
  expect(notes).toEqual([': read as an Atom feed with 1 entry.']);
});

test('a sitemap: a picture on several pages is one item, pictures of one page are a group', async () => {
  const page = (loc: string, ...images: string[]) =>
    `<url><loc>${loc}</loc>${images
      .map(
        (image) =>
          `<image:image><image:loc>${image}</image:loc><image:title>T ${image.at(-5)}</image:title></image:image>`,
      )
      .join('')}</url>`;
  const { items, notes } = await read(
    `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
${page('https://x.example/1', 'https://x.example/a.jpg', 'https://x.example/b.jpg')}
${page('https://x.example/2', 'https://x.example/a.jpg')}
${page('https://x.example/3')}
${page('https://x.example/4', 'https://x.example/c.jpg')}</urlset>`,
  );
  const a = 'https://x.example/a.jpg';
  const b = 'https://x.example/b.jpg';
  const c = 'https://x.example/c.jpg';
  const one = 'https://x.example/1';
  expect(items).toEqual([
    { id: a, image: a, group: one, title: 'T a', url: one },
    { id: b, image: b, group: one, title: 'T b', url: one },
    { id: c, image: c, title: 'T c', url: 'https://x.example/4' },
  ]);
  expect(notes).toEqual([': read as a sitemap with 3 entries.']);
});

test('a list of URLs: empty lines, notes and repeats do not count', async () => {
  const list =
    '# photos\n\nhttps://x.example/blue-vase.jpg\r\nhttps://x.example/img?id=2\nhttps://x.example/blue-vase.jpg\n';
  const { items, entries, notes } = await read(list, 'txt');
  expect(items).toEqual([
    {
      id: 'https://x.example/blue-vase.jpg',
      image: 'https://x.example/blue-vase.jpg',
      title: 'Blue vase',
    },
    { id: 'https://x.example/img?id=2', image: 'https://x.example/img?id=2', title: 'Img' },
  ]);
  expect(entries[1]?.place.row).toBe('line 4');
  expect(notes).toEqual([': read as a list of URLs with 2 entries.']);
});

describe('what is wrong', () => {
  test('billion laughs: entities are never expanded', async () => {
    const entities = Array.from({ length: 10 }, (_, i) =>
      i === 0 ? '<!ENTITY l0 "lol">' : `<!ENTITY l${i} "${`&l${i - 1};`.repeat(10)}">`,
    );
    let message = '';
    const spent = await cpuMs(async () => {
      message = await messageFor(
        `<?xml version="1.0"?><!DOCTYPE rss [${entities.join('')}]>\n<rss><channel><item><guid>&l9;</guid></item></channel></rss>`,
      );
    });
    expect(message).toBe(
      'CatalogueError, line 2: not valid XML: Invalid character entity. Only &amp;, &lt;, &gt;, &quot;, &apos; and ' +
        'character numbers are known.',
    );
    expect(spent).toBeLessThan(QUICK_MS);
  });

  test('an external entity is not read', async () => {
    const message = await messageFor(
      '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><guid>&x;</guid></item></channel></rss>',
    );
    expect(message).toMatch(/^CatalogueError, line 1: not valid XML: Invalid character entity/);
  });

  test.each([
    [
      '<rss><channel><item></channel></rss>',
      /^CatalogueError, line 1: not valid XML: Unexpected close tag\. Was the file/,
    ],
    [
      '<rss>\n<channel>',
      /^CatalogueError, line 2: not valid XML: Unclosed root tag\. Was the file cut short/,
    ],
    ['<a>'.repeat(100), /^CatalogueError, line 1: elements are nested more than 32 levels deep\.$/],
    [
      '<html><body/></html>',
      /^CatalogueError: expected a sitemap \(urlset\), or a feed in RSS or Atom, got XML with <html>\.$/,
    ],
    [
      '<sitemapindex/>',
      /^CatalogueError: is an index of sitemaps\. Give one of the sitemaps that it lists\.$/,
    ],
    ['<rss><channel/></rss>', /^CatalogueError: no items in an RSS feed\.$/],
    [
      google('<item><g:id>1</g:id><g:image_link>data:x</g:image_link></item>'),
      /^CatalogueError, line 4: "image" must be a path or a URL with http or https, got "data:x"\.$/,
    ],
  ])('%j', async (xml, words) => {
    expect(await messageFor(xml)).toMatch(words);
  });

  test.each([
    ['/home/me/passport.jpg'],
    ['../../private/a.jpg'],
    ['photos/../../a.jpg'],
    ['..'],
    ['\\\\10.0.0.5\\share\\x.jpg'],
    ['photos\\..\\..\\x.jpg'],
  ])('the photo %s, which is not below the folder of the feed', async (image) => {
    const item = `<item><g:id>1</g:id><g:image_link>${image}</g:image_link></item>`;
    expect(await messageFor(google(item))).toBe(
      `CatalogueError, line 4: "image" leads out of ${root}, got ${JSON.stringify(image)}. Give a URL, or a path below that folder.`,
    );
  });

  test('a photo that is not below --photo-base, also in a list of URLs and an export of a shop', async () => {
    const list = await file('https://x.example/a.jpg\n../private/b.jpg\n', 'txt');
    await expect(readCatalogue(list, { photoBase: join(root, 'media') })).rejects.toThrow(
      `${list}, line 2: "image" leads out of ${join(root, 'media')}, got "../private/b.jpg".`,
    );
    expect(await messageFor('Handle,Title,Image Src\nvase,Vase,/etc/logo.png', 'csv')).toMatch(
      /^CatalogueError, row 2: "image" leads out of /,
    );
    const inside = await file(
      google('<item><g:id>1</g:id><g:image_link>sub/../a..b.jpg</g:image_link></item>'),
    );
    const { entries } = await readCatalogue(inside, { photoBase: join(root, 'media') });
    expect(entries[0]?.path).toBe(join(root, 'media', 'a..b.jpg'));
  });

  test('a password in a URL without a scheme', async () => {
    const item =
      '<item><g:id>1</g:id><g:image_link>//me:secret@x.example/a.jpg</g:image_link></item>';
    const message = await messageFor(google(item));
    expect(message).toMatch(
      /^CatalogueError, line 4: the URL in "image" has a user name or password/,
    );
    expect(message).not.toContain('secret');
  });

  test('a map of columns', async () => {
    expect(await messageFor('<rss/>', 'xml', { id: 'x' })).toMatch(
      /^UsageError--map names columns of a table, but {2}is XML\. Leave it out\.$/,
    );
    expect(await messageFor('https://x.example/a.jpg', 'txt', { id: 'x' })).toMatch(
      /^UsageError--map names columns of a table, but {2}is a list of URLs\./,
    );
  });
});
