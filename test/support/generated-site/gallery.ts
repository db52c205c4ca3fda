/**
 * A gallery with lazy pictures: `data-src` and `data-srcset` beside a placeholder, <noscript> fallbacks, captions,
 * VisualArtwork in JSON-LD, and `/works/NAME.html` that is linked as `/works/NAME`. Each work has the artist's portrait, a
 * divider and a background that is marked as decoration. Every tenth work must not be found: it is `noimageindex`.
 */
import { png } from './png.ts';
import { type GeneratedSite, nameOf, slugOf } from './site.ts';

const BLANK = 'data:image/gif;base64,R0lGODlhAQABAAAAACw=';

export function addGallery(site: GeneratedSite, count: number, random: () => number): void {
  for (const [name, width, height] of [
    ['artist-portrait', 480, 480],
    ['divider', 1200, 40],
    ['paper-texture', 900, 600],
    ['placeholder', 600, 400],
  ] as const) {
    site.files.set(`art/${name}.png`, png(width, height, name));
  }
  const links: string[] = [];
  for (let i = 0; i < count; i++) {
    const name = `${nameOf(random, i)} at dusk`;
    const slug = slugOf(name);
    const file = `art/work-${i}`;
    const isHidden = i % 10 === 9;
    const [width, height] = random() < 0.5 ? [900, 600] : [600, 900];
    site.files.set(`${file}.png`, png(width, height, name));
    site.files.set(`${file}-300.png`, png(300, Math.round((300 * height) / width), name));
    if (!isHidden) {
      site.expected.set(file, { image: `${file}.png`, title: name, url: `/works/${slug}` });
    }
    links.push(
      `<figure><a href="/works/${slug}"><img class="lazy" src="${BLANK}" data-src="/${file}-300.png" alt="${name}"></a></figure>`,
    );
    site.page(`works/${slug}.html`, workPage(name, file, isHidden));
  }
  site.page('works.html', `<!doctype html><title>Works</title><main>${links.join('\n')}</main>`);
}

function workPage(name: string, file: string, isHidden: boolean): string {
  const art = {
    '@type': 'VisualArtwork',
    name,
    image: { '@type': 'ImageObject', contentUrl: `/${file}.png` },
    creator: { '@type': 'Person', name: 'Ada Quill' },
    artMedium: 'oil on linen',
  };
  return `<!doctype html><html><head><title>${name}</title>${isHidden ? '<meta name="robots" content="noimageindex">' : ''}
<script type="application/ld+json">${JSON.stringify([art])}</script></head><body>
<div class="site-header"><a href="/works">Works</a></div>
<article><h1>${name}</h1><img src="/art/paper-texture.png" alt="" role="presentation">
<figure><img class="lazy" src="/art/placeholder.png" data-src="/${file}.png" data-srcset="/${file}-300.png 300w, /${file}.png 900w" alt="${name}">
<noscript><img src="/${file}.png" alt="${name}"></noscript><figcaption>Oil on linen, ${name}</figcaption></figure>
<img src="/art/divider.png" alt=""><p class="author"><img src="/art/artist-portrait.png" alt="Ada Quill"> by Ada Quill</p>
</article></body></html>`;
}
