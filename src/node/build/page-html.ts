/** The page's HTML: what the catalogue says goes into the marked places of index.html, always as text. */
import type { PageTexts } from '../catalogue/page-texts.ts';
import { freeId, type Piece, type Shelf } from './shelves.ts';
import type { TryPhoto } from './tries.ts';

export interface PageContent {
  readonly texts: PageTexts;
  readonly tries: readonly TryPhoto[];
  readonly shelves: readonly Shelf[];
}

/** The page's own words are English, whatever the language of the catalogue. */
const OWN = 'en';

export function fillPage(html: string, { texts, tries, shelves }: PageContent): string {
  const { title, subtitle, note } = texts;
  const lang = texts.lang ?? OWN;
  const own = isEnglish(lang) ? '' : ` lang="${OWN}" dir="ltr"`;
  const pieces = new Set(shelves.flatMap((shelf) => shelf.pieces.map((piece) => piece.id)));
  const places: Record<string, string> = {
    tries: triesHtml(tries, own, freeId('tries', pieces)),
    shelves: shelvesHtml(shelves, lang, own, freeId('shelves', pieces)),
    note: note === null ? '' : `<footer class="note"><p>${textOf(note)}</p></footer>`,
  };
  return html
    .replace('<html lang="en">', `<html lang="${textOf(lang)}"${isRtl(lang) ? ' dir="rtl"' : ''}>`)
    .replace(/(<(title|h1)\b[^>]*?) data-title>([^<]*)/g, (_, start, tag, words) =>
      title === null ? `${start}${tag === 'h1' ? own : ''}>${words}` : `${start}>${textOf(title)}`,
    )
    .replace(/(<p) data-subtitle>([^<]*)/, (_, start, words) =>
      subtitle === null ? `${start}${own}>${words}` : `${start}>${textOf(subtitle)}`,
    )
    .replace(/(<p class="status")/, (_, start) => start + own)
    .replace(/(<meta name="description" content=")[^"]*/, (whole, start) =>
      subtitle === null ? whole : start + textOf(subtitle),
    )
    .replace(/ *<!--soutu:(\w+)-->\n/g, (_, place) => places[place] ?? '');
}

function triesHtml(tries: readonly TryPhoto[], own: string, id: string): string {
  if (tries.length === 0) return '';
  const buttons = tries.map(
    ({ name, title, size: [width, height] }) =>
      `<li><button type="button" data-search><img src="./${name}" alt="${textOf(title)}" ` +
      `width="${width}" height="${height}" decoding="async"></button></li>`,
  );
  return (
    `<section class="tries" aria-labelledby="${id}"><h2 id="${id}"${own}>No photo at hand? Try one of these</h2>` +
    `<ul>${buttons.join('')}</ul></section>\n`
  );
}

function shelvesHtml(shelves: readonly Shelf[], lang: string, own: string, id: string): string {
  if (shelves.length === 0) return '';
  const links = shelves.map(
    (shelf) =>
      `<li><a href="#${textOf(shelf.id)}">${textOf(shelf.name)} <small>${shelf.pieces.length}</small></a></li>`,
  );
  const lists = shelves.map(
    (shelf) =>
      `<section aria-labelledby="${textOf(shelf.id)}"><h3 id="${textOf(shelf.id)}">` +
      `${textOf(shelf.name)}</h3><ul>\n` +
      `${shelf.pieces.map((piece) => pieceHtml(piece, shelf.id, lang, own)).join('\n')}\n</ul></section>`,
  );
  return (
    `<section class="shelves" aria-labelledby="${id}"><h2 id="${id}"${own}>On the shelves</h2>` +
    `<nav aria-labelledby="${id}"><ul>${links.join('')}</ul></nav>\n${lists.join('\n')}</section>\n`
  );
}

/** Closed it is one picture; its own address opens it (`:target`), and then it shows all that is known. */
function pieceHtml(piece: Piece, shelf: string, lang: string, own: string): string {
  const { id, title, price, pictures, facts } = piece;
  const [first, ...others] = pictures;
  if (!first) return '';
  const picture = ({ src, width, height }: Piece['pictures'][number]) =>
    `<img src="${textOf(src)}" alt="" width="${width}" height="${height}" loading="lazy" decoding="async">`;
  const rows = facts.map(
    ([name, value]) => `<div><dt>${textOf(name)}</dt><dd>${textOf(shown(value, lang))}</dd></div>`,
  );
  return (
    `<li class="piece" id="${textOf(id)}"><a class="cover" href="#${textOf(encodeURIComponent(id))}">${picture(first)}` +
    `<span>${textOf(title)}</span></a>` +
    (price ? `<p class="price">${textOf(priceOf(price, lang))}</p>` : '') +
    `<div class="opened">${others.map(picture).join('')}<dl>${rows.join('')}</dl>` +
    `<p${own}><button type="button" data-search>Find what looks like it</button> ` +
    `<a class="close" href="#${textOf(shelf)}">Close</a></p></div></li>`
  );
}

function shown(value: string | number, lang: string): string {
  return typeof value === 'number' ? value.toLocaleString(lang) : value;
}

function priceOf({ amount, currency }: NonNullable<Piece['price']>, lang: string): string {
  const digits = Number.isInteger(amount) ? 0 : 2;
  return new Intl.NumberFormat(lang, {
    minimumFractionDigits: digits,
    // Three letters are a currency that Intl takes, known or not.
    ...(currency && /^[a-z]{3}$/i.test(currency) ? { style: 'currency', currency } : {}),
  }).format(amount);
}

function isEnglish(lang: string): boolean {
  return new Intl.Locale(lang).language === 'en';
}

const RTL_SCRIPTS = new Set(['Arab', 'Hebr', 'Syrc', 'Thaa', 'Nkoo', 'Adlm', 'Rohg']);

function isRtl(lang: string): boolean {
  return RTL_SCRIPTS.has(new Intl.Locale(lang).maximize().script ?? '');
}

function textOf(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replace(/[&<>"]/g, (c) => entities[c] ?? c);
}
