/** Tables, feeds and lists of URLs, which others write. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeUtf8 } from '../../src/core/text.ts';
import { readCatalogue } from '../../src/node/catalogue/catalogue.ts';
import { parseAddress } from '../../src/node/catalogue/database/address.ts';
import { checkQuery } from '../../src/node/catalogue/database/check-query.ts';
import { loadConfig } from '../../src/node/config/load-config.ts';
import type { Reader } from './reader.ts';

const CSV = `sku;photo;Title;price;new;colour
1;a.jpg;"Vase; blue";1.200,50;yes;blue
2;b.png;"A ""mug""
for two";12,5;no;red
`;

const NDJSON = `{"id": "1", "image": "a.jpg", "title": "Vase", "price": 12.5, "tags": ["blue", "new"]}
{"id": "2", "image": "b.jpg", "attributes": {"price": 3, "new": true}}
`;

const GOOGLE = `<?xml version="1.0" encoding="UTF-8"?>
<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel><title>Shop</title>
<item><g:id>1</g:id><title><![CDATA[Vase & bowl]]></title><link>https://shop.example/v?a=1&amp;b=2</link>
<g:image_link>https://cdn.example/1.jpg</g:image_link><g:additional_image_link>2.jpg</g:additional_image_link>
<g:price>48.00 EUR</g:price><g:product_type>Home &gt; Vases</g:product_type></item>
</channel></rss>`;

const MEDIA = `<rss xmlns:media="http://search.yahoo.com/mrss/"><channel><item><guid>1</guid><category>red</category>
<media:group><media:content url="a.jpg" width="460"/><media:content url="b.jpg" width="920" isDefault="true"/>
</media:group></item><item><guid>2</guid><enclosure url="c.jpg" type="image/jpeg"/></item></channel></rss>`;

const SITEMAP = `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><url><loc>https://x.example/1</loc>
<image:image><image:loc>https://x.example/a.jpg</image:loc><image:title>A</image:title></image:image></url></urlset>`;

const LIST = `# photos
https://x.example/blue-vase.jpg
https://x.example/img?id=2
c.jpg
`;

const CONFIG = `{"photos": "photos", "map": {"id": "sku", "attributes": {"price": "Preis"}, "without": ["x"]},
"out": "site", "colour": 0.5, "neighbours": "auto", "maxFailures": "2%", "similar": 6, "trim": false}`;

const QUERY = `WITH few AS (SELECT id, 'it''s; INTO' AS t, "a""b" FROM images -- all of them
WHERE x = 'a;b' /* INTO */) SELECT * FROM few;`;

const ADDRESS = 'mysql://me:p%2Fss@db.example:3307/shop?sslmode=verify-full&sslrootcert=%2Fca.pem';

/** Texts of the command line and files of owners, which are no catalogues. */
function ownerReaders(folder: string): Reader[] {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
  return [
    {
      name: 'config',
      format: 'json',
      seed: encodeUtf8(CONFIG),
      read: async (bytes) => {
        await writeFile(join(folder, 'config.json'), bytes);
        await loadConfig('config.json', folder);
      },
    },
    {
      name: 'query',
      format: 'bytes',
      seed: encodeUtf8(QUERY),
      read: (bytes) => {
        for (const kind of ['mysql', 'postgres', 'sqlite'] as const) checkQuery(text(bytes), kind);
      },
    },
    {
      name: 'address of a database',
      format: 'bytes',
      seed: encodeUtf8(ADDRESS),
      read: (bytes) => parseAddress(text(bytes), {}),
    },
  ];
}

/** @param folder for the files */
export function catalogueReaders(folder: string): Reader[] {
  const seeds = [
    ['CSV', 'table.csv', CSV],
    ['NDJSON', 'table.ndjson', NDJSON],
    ['Google Merchant feed', 'google.xml', GOOGLE],
    ['RSS feed', 'media.xml', MEDIA],
    ['sitemap', 'sitemap.xml', SITEMAP],
    ['list of URLs', 'list.txt', LIST],
  ] as const;
  const files: Reader[] = seeds.map(([name, file, text]) => ({
    name,
    format: 'bytes',
    seed: encodeUtf8(text),
    read: async (bytes) => {
      const path = join(folder, file);
      await writeFile(path, bytes);
      await readCatalogue(path);
    },
  }));
  return [...files, ...ownerReaders(folder)];
}
