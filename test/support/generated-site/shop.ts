/**
 * A shop as modern generators write it: pretty URLs, canonical links to a host, cards that are links, <picture> in
 * three widths and two formats, JSON-LD in a @graph. Around the products: a logo, icons of payment, a counting pixel,
 * a picture about delivery on each product page, and links to related products.
 */
import { png } from './png.ts';
import { type GeneratedSite, nameOf, slugOf } from './site.ts';

const HOST = 'https://www.oak.example/store';
const WIDTHS = [320, 640, 1280];
const PER_PAGE = 12;

interface Product {
  readonly name: string;
  readonly slug: string;
  readonly price: number;
  readonly pictures: readonly string[];
}

export function addShop(site: GeneratedSite, count: number, random: () => number): void {
  const products = Array.from({ length: count }, (_, i): Product => {
    const name = nameOf(random, i);
    const slug = slugOf(name);
    const views = 1 + Math.floor(random() * 3);
    const pictures = Array.from({ length: views }, (_, view) => `media/${slug}-${'abc'[view]}`);
    return { name, slug, price: Math.round(random() * 9000) / 100, pictures };
  });
  for (const { name, slug, price, pictures } of products) {
    for (const picture of pictures) {
      for (const width of WIDTHS) {
        site.files.set(`${picture}-${width}.png`, png(width, Math.round(width * 0.75), picture));
        site.files.set(`${picture}-${width}.webp`, `RIFF ${picture} ${width}`);
      }
      site.expected.set(picture, {
        image: `${picture}-1280.png`,
        title: name,
        url: `/store/product/${slug}/`,
        price,
        ...(pictures.length > 1 ? { group: `/store/product/${slug}/` } : {}),
      });
    }
  }
  for (const [name, size] of [
    ['logo', 400],
    ['delivery', 300],
    ['visa', 120],
    ['truck', 48],
    ['pixel', 1],
  ] as const) {
    site.files.set(`static/${name}.png`, png(size, size, name));
  }
  site.files.set('static/cart.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>');
  const lists = Math.ceil(count / PER_PAGE);
  for (let list = 0; list < lists; list++) {
    const path = list === 0 ? '' : `page/${list + 1}/`;
    const cards = products.slice(list * PER_PAGE, (list + 1) * PER_PAGE).map(card);
    const body = `<h1>All products</h1><ul class="grid">${cards.join('\n')}</ul>`;
    site.page(`${path}index.html`, layout(`Shop, page ${list + 1}`, path, body, ''));
  }
  products.forEach((product, i) => {
    const related = [1, 2, 3, 4].map((step) => products[(i + step) % products.length] as Product);
    site.page(`product/${product.slug}/index.html`, productPage(product, related));
  });
}

function layout(title: string, path: string, body: string, head: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title} – Oak</title>
<link rel="canonical" href="${HOST}/${path}"><meta property="og:image" content="${HOST}/static/logo.png">${head}</head>
<body><header><a href="/store/"><img src="/store/static/logo.png" alt="Oak" width="160" height="160"></a>
<nav><a href="/store/page/2/">More</a><img src="/store/static/cart.svg" alt="Cart"></nav></header>
<main>${body}</main>
<footer><img src="/store/static/visa.png" alt="Visa"><img src="/store/static/truck.png" alt=""></footer>
<img src="/store/static/pixel.png" alt=""><noscript><img src="https://count.example/p.gif" width="1" height="1"></noscript>
</body></html>`;
}

function picture(path: string, alt: string): string {
  const set = (format: string) =>
    WIDTHS.map((width) => `/store/${path}-${width}.${format} ${width}w`).join(', ');
  return `<picture><source type="image/webp" srcset="${set('webp')}"><img src="/store/${path}-320.png"
 srcset="${set('png')}" sizes="50vw" alt="${alt}" loading="lazy" width="320" height="240"></picture>`;
}

/** Lists have two widths, from a part of the set that product pages have. */
function card({ name, slug, pictures, price }: Product): string {
  const [first = ''] = pictures;
  return `<li><a href="/store/product/${slug}/"><img src="/store/${first}-320.png" srcset="/store/${first}-320.png 1x,
 /store/${first}-640.png 2x" alt=""><h2>${name}</h2></a><p>${price}</p></li>`;
}

function productPage(product: Product, related: readonly Product[]): string {
  const { name, slug, price, pictures } = product;
  const graph = {
    '@context': 'https://schema.org',
    '@graph': [
      { '@type': 'BreadcrumbList', itemListElement: [{ '@type': 'ListItem', name: 'Home' }] },
      {
        '@type': 'Product',
        name,
        image: pictures.map((path) => `${HOST}/${path}-1280.png`),
        brand: { '@type': 'Brand', name: 'Oak' },
        offers: [
          {
            '@type': 'Offer',
            price: price.toFixed(2),
            priceCurrency: 'EUR',
            availability: 'https://schema.org/InStock',
          },
        ],
      },
    ],
  };
  const gallery = pictures.map((path, i) => picture(path, `${name}, view ${i + 1}`)).join('\n');
  const body = `<h1>${name}</h1>${gallery}<p>${price} €</p>
<p><img src="/store/static/delivery.png" alt="Delivered in two days"></p>
<section><h2>You may also like</h2><ul>${related.map(card).join('')}</ul></section>`;
  const script = `<script type="application/ld+json">${JSON.stringify(graph)}</script>`;
  return layout(name, `product/${slug}/`, body, script);
}
