/** Builds the page's HTML: inserts the catalogue's texts at the markers in index.html, always as text. */
import type { PageTexts } from '../../catalogue/page-texts.ts';
import { type BrowseList, freeId, type Piece } from './browse-lists.ts';
import { attributeOf, type Element, escapeHtml, HtmlEditor } from './html-editor.ts';
import type { SampleQuery } from './sample-queries.ts';

export interface PageContent {
  readonly texts: PageTexts;
  readonly tries: readonly SampleQuery[];
  readonly shelves: readonly BrowseList[];
}

/** The page's built-in words are always English, regardless of the catalogue's language. */
const OWN = 'en';

export function fillPage(html: string, { texts, tries, shelves }: PageContent): string {
  const { title, subtitle, note } = texts;
  const lang = texts.lang ?? OWN;
  const own = isEnglish(lang) ? '' : ` lang="${OWN}" dir="ltr"`;
  const pieces = new Set(shelves.flatMap((list) => list.pieces.map((piece) => piece.id)));
  const places: Record<string, string> = {
    'soutu:tries': triesHtml(tries, own, freeId('tries', pieces)),
    'soutu:shelves': shelvesHtml(shelves, lang, own, freeId('shelves', pieces)),
    'soutu:note': note === null ? '' : `<footer class="note"><p>${escapeHtml(note)}</p></footer>`,
  };
  const page = new HtmlEditor(html);
  const isOwnWords = (element: Element) => {
    if (isEnglish(lang)) return;
    page.setAttribute(element, 'lang', OWN);
    page.setAttribute(element, 'dir', 'ltr');
  };
  const root = page.find('html');
  page.setAttribute(root, 'lang', lang);
  if (isRtl(lang)) page.setAttribute(root, 'dir', 'rtl');
  for (const element of page.elements) {
    for (const [name, text] of [
      ['data-title', title],
      ['data-subtitle', subtitle],
    ] as const) {
      if (attributeOf(element, name) === undefined) continue;
      page.removeAttribute(element, name);
      if (text !== null) page.setText(element, text);
      // Browsers ignore the direction and language of a title.
      else if (element.tagName !== 'title') isOwnWords(element);
    }
  }
  for (const name of ['needs-server', 'status']) {
    isOwnWords(page.find('p', (one) => attributeOf(one, 'class') === name));
  }
  if (subtitle !== null) {
    const description = page.find('meta', (one) => attributeOf(one, 'name') === 'description');
    page.setAttribute(description, 'content', subtitle);
  }
  page.replaceComments((key) => places[key]);
  return page.toString();
}

function triesHtml(tries: readonly SampleQuery[], own: string, id: string): string {
  if (tries.length === 0) return '';
  const buttons = tries.map(
    ({ name, title, size: [width, height] }) =>
      `<li><button type="button" data-search><img src="./${name}" alt="${escapeHtml(title)}" ` +
      `width="${width}" height="${height}" decoding="async"></button></li>`,
  );
  return (
    `<section class="tries" data-soutu-ignore aria-labelledby="${id}"><h2 id="${id}"${own}>No photo at hand? Try one of these</h2>` +
    `<ul>${buttons.join('')}</ul></section>\n`
  );
}

function shelvesHtml(
  shelves: readonly BrowseList[],
  lang: string,
  own: string,
  id: string,
): string {
  if (shelves.length === 0) return '';
  const links = shelves.map(
    (list) =>
      `<li><a href="#${escapeHtml(list.id)}">${escapeHtml(list.name)} <small>${list.pieces.length}</small></a></li>`,
  );
  const lists = shelves.map(
    (list) =>
      `<section aria-labelledby="${escapeHtml(list.id)}"><h3 id="${escapeHtml(list.id)}">` +
      `${escapeHtml(list.name)}</h3><ul>\n` +
      `${list.pieces.map((piece) => pieceHtml(piece, list.id, lang, own)).join('\n')}\n</ul></section>`,
  );
  return (
    `<section class="shelves" aria-labelledby="${id}"><h2 id="${id}"${own}>On the shelves</h2>` +
    `<nav aria-labelledby="${id}"><ul>${links.join('')}</ul></nav>\n${lists.join('\n')}</section>\n`
  );
}

/** A piece is one picture when closed. Its fragment URL opens it (`:target`) and reveals all details. */
function pieceHtml(piece: Piece, listId: string, lang: string, own: string): string {
  const { id, item, title, price, pictures, facts } = piece;
  const [first, ...others] = pictures;
  if (!first) return '';
  const picture = ({ src, width, height }: Piece['pictures'][number]) =>
    `<img src="${escapeHtml(src)}" alt="" width="${width}" height="${height}" loading="lazy" decoding="async">`;
  const rows = facts.map(
    ([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`,
  );
  return (
    `<li class="piece" id="${escapeHtml(id)}" data-item="${escapeHtml(item)}"><a class="cover" href="#${escapeHtml(encodeURIComponent(id))}">${picture(first)}` +
    `<span>${escapeHtml(title)}</span></a>` +
    (price ? `<p class="price">${escapeHtml(priceOf(price, lang))}</p>` : '') +
    `<div class="opened">${others.map(picture).join('')}<dl>${rows.join('')}</dl>` +
    `<p${own}><button type="button" data-search>Find what looks like it</button> ` +
    `<a class="close" href="#${escapeHtml(listId)}">Close</a></p></div></li>`
  );
}

function priceOf({ amount, currency }: NonNullable<Piece['price']>, lang: string): string {
  const digits = Number.isInteger(amount) ? 0 : 2;
  return new Intl.NumberFormat(lang, {
    minimumFractionDigits: digits,
    // Intl accepts any three letters as a currency, known or not.
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
