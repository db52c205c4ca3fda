/**
 * A blog in old markup, without HTML 5 elements or JSON-LD: <base href>, sizes in names (-300x200), Open Graph, a sidebar in
 * a <div>, avatars of authors, buttons for sharing. Teasers link by their heading only. Some of its pictures are steered by the
 * owner's attributes.
 */
import { png } from './png.ts';
import { type GeneratedSite, nameOf, slugOf } from './site.ts';

export function addBlog(site: GeneratedSite, count: number, random: () => number): void {
  const folder = 'blog/';
  for (const [name, size] of [
    ['header-photo', 1000],
    ['avatar-jo', 160],
    ['avatar-kim', 160],
    ['share', 32],
    ['newsletter', 500],
    ['diagram', 700],
  ] as const) {
    site.files.set(`${folder}files/${name}.png`, png(size, Math.round(size * 0.6), name));
  }
  const teasers: string[] = [];
  for (let i = 0; i < count; i++) {
    const name = `Visit to ${nameOf(random, i)}`;
    const slug = slugOf(name);
    const file = `${folder}files/photo_${1000 + i}`;
    site.files.set(`${file}.png`, png(1024, 683, name));
    site.files.set(`${file}-300x200.png`, png(300, 200, name));
    site.files.set(`${folder}files/step_${i}.png`, png(640, 480, `step ${name}`));
    const isSteered = i % 5 === 0;
    site.expected.set(file, {
      image: `${file}.png`,
      title: isSteered ? `Owner's title ${i}` : `Photo of ${name}`,
      url: `/${folder}${slug}.html`,
      ...(isSteered ? { group: `trip-${i}` } : {}),
    });
    teasers.push(
      `<li class="teaser"><img src="files/photo_${1000 + i}-300x200.png" alt="Photo of ${name}"><h3><a href="${slug}.html">${name}</a></h3></li>`,
    );
    const steering = isSteered
      ? ` data-soutu-title="Owner's title ${i}" data-soutu-group="trip-${i}"`
      : '';
    const author = random() < 0.5 ? 'jo' : 'kim';
    const body = `<h1>${name}</h1><p><a href="files/photo_${1000 + i}.png"><img${steering} src="files/photo_${1000 + i}-300x200.png" alt="Photo of ${name}"></a></p>
<div data-soutu-ignore><img src="files/step_${i}.png" alt="Step"></div>
<p><img src="files/avatar-${author}.png" alt="${author}" width="80" height="48"><img src="files/share.png" alt="Share"></p>`;
    site.page(`${folder}${slug}.html`, layout(name, body, `files/photo_${1000 + i}.png`));
  }
  site.page(`${folder}index.html`, layout('Blog', `<ul>${teasers.join('\n')}</ul>`, undefined));
}

function layout(title: string, body: string, og: string | undefined): string {
  const image = og === undefined ? '' : `<meta property="og:image" content="${og}">`;
  return `<HTML><HEAD><TITLE>${title}</TITLE><BASE href="/blog/">${image}</HEAD><BODY>
<DIV id="header"><IMG src="files/header-photo.png" alt="The sea"></DIV><DIV class="content">${body}</DIV>
<DIV class="sidebar"><IMG src="files/newsletter.png" alt="Newsletter"></DIV></BODY></HTML>`;
}
