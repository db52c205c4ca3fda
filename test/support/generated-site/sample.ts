/** A small shop with photos of the sample: a list, a page for each product, a logo on every page. */
import { readFile } from 'node:fs/promises';
import { png } from './png.ts';
import { GeneratedSite } from './site.ts';

interface SampleItem {
  readonly id: string;
  readonly image: string;
  readonly group: string;
  readonly title: string;
}

/** @param base the path below which it will be served, with slashes around */
export async function sampleShop(base: string, groups: readonly string[]): Promise<GeneratedSite> {
  const site = new GeneratedSite();
  const catalogue = JSON.parse(await readFile('public/sample/catalogue.json', 'utf8')) as {
    items: SampleItem[];
  };
  const cards: string[] = [];
  const layout = (title: string, path: string, body: string) =>
    site.page(
      `${path}index.html`,
      `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<link rel="icon" href="${base}logo.png"><link rel="canonical" href="https://shop.example${base}${path}"></head>
<body><header><img src="${base}logo.png" alt="Shop" width="120" height="120"></header><main><h1>${title}</h1>${body}</main></body></html>`,
    );
  site.files.set('logo.png', png(240, 240, 'logo'));
  for (const group of groups) {
    const own = catalogue.items.filter((item) => item.group === group);
    const [first] = own;
    if (!first) throw new Error(`${group} is not in the sample.`);
    for (const { image } of own) {
      site.files.set(image, await readFile(`public/sample/${image}`));
      site.expected.set(image.replace(/\.jpg$/, ''), {
        image,
        title: first.title,
        url: `${base}${group}/`,
        ...(own.length > 1 ? { group: `${base}${group}/` } : {}),
      });
    }
    const product = {
      '@type': 'Product',
      name: first.title,
      image: own.map(({ image }) => `https://shop.example${base}${image}`),
    };
    const pictures = own.map(({ image }) => `<img src="${base}${image}" alt="${first.title}">`);
    const script = `<script type="application/ld+json">${JSON.stringify(product)}</script>`;
    layout(first.title, `${group}/`, pictures.join('') + script);
    cards.push(
      `<li><a href="${base}${group}/">${pictures.join('')}<h2>${first.title}</h2></a></li>`,
    );
  }
  layout('The shop', '', `<ul>${cards.join('\n')}</ul>`);
  return site;
}
