/**
 * Decides which pictures are decoration. The rules are tried in this order, and the first that applies is the reason:
 *
 *     ignored        the owner says so
 *     vector         SVG and icons: their file
 *     pixel          at most 3 pixels wide or high
 *     icon           less than 100 pixels on its longest side, or displayed with less than 64 on all pages
 *     strip          more than six times as long as wide
 *     ── products of JSON-LD and pictures with data-soutu-… are kept from here on ──
 *     placeholder    one picture of many products, beside their others, or called so
 *     around         only in navigation, footers, sidebars; in headers, if on several pages or small
 *     repeated       on more than a quarter of the pages, and at least 3, without a page of its own
 *     name           its file, class or text alternative is called logo, avatar and the like, and it is small or on several pages
 *     presentation   the page says that it is decoration: alt="", role="presentation", aria-hidden
 */

import type { Home } from './own-page.ts';
import type { PageFacts } from './page-facts.ts';
import type { Picture } from './pictures.ts';

const MIN_SIDE = 100;
const MIN_DISPLAYED = 64;
const PIXEL = 3;
const MAX_RATIO = 6;
const SMALL = 256;
const MOST_SHARE = 0.25;
const MIN_REPEATS = 3;
/** Content that has a page of its own may be linked from many pages, but not from nearly all. */
const MOST_LINKED_SHARE = 0.6;
const MIN_LINKED_REPEATS = 8;
const MOST_PRODUCTS = 3;

const FILE_NAMES =
  /^(logos?|logotype|wordmark|icons?|favicon|sprites?|avatars?|gravatar|placeholders?|spacer|spinner|loader|emojis?|payments?|visa|mastercard|paypal|klarna|amex|sponsors?|ratings?)$/i;
const MISSING = /\b(placeholder|no ?(image|photo|picture)|coming soon|missing|default|dummy)\b/i;
const CLASSES = /^(logos?|icons?|avatars?|gravatar|emojis?|badges?|payments?|sponsors?)$/i;

export interface Surroundings {
  readonly home: Home;
  /** All pages that are read. */
  readonly pageCount: number;
  /** Whether a sighting is a link to the picture's own page, as cards are. */
  isCard(page: PageFacts): boolean;
}

/** @returns why it is left out, as the end of a sentence; null for content */
export function decorationOf(picture: Picture, around: Surroundings): string | null {
  const { best, sightings } = picture;
  const places = sightings.map(({ occurrence }) => occurrence);
  if (isVector(best.address)) return 'drawings (SVG) and icon files are no photos';
  const isNamed = places.some(({ steering }) => steering.id !== undefined);
  const small = isNamed ? null : tooSmall(picture);
  if (small !== null) return small;
  const isSteered = places.some(
    ({ steering: { id, group, title, url } }) => id ?? group ?? title ?? url,
  );
  if (isSteered) return null;
  const placeholder = placeholderOf(picture);
  if (placeholder !== null) return placeholder;
  if (places.some(({ product }) => product !== undefined)) return null;
  return surroundingsReason(picture, around);
}

/**
 * The picture of many products. Variants of one thing share a picture, too, but as their only one; and a picture that
 * stands for a missing one is called so.
 */
function placeholderOf({ best, sightings }: Picture): string | null {
  const products = new Map(
    sightings.flatMap(({ page, occurrence: { product } }) =>
      product ? [[product.group ?? product.url ?? page.path, product] as const] : [],
    ),
  );
  if (products.size <= MOST_PRODUCTS) return null;
  const isExtra = [...products.values()].every(({ images }) => images.length > 1);
  if (!isExtra && !MISSING.test(wordsIn(fileName(best.address)).join(' '))) return null;
  return `the picture of more than ${MOST_PRODUCTS} different products, such as a placeholder`;
}

function isVector(address: string): boolean {
  return /\.(svgz?|ico|cur)([?#].*)?$/i.test(address);
}

function tooSmall({ best, sightings }: Picture): string | null {
  const displayed = sightings
    .map(({ occurrence }) => occurrence)
    .filter(({ area }) => area !== 'og' && area !== 'json-ld');
  const declared = displayed.map(({ width, height }) => Math.max(width, height));
  const isDeclared = declared.length > 0 && declared.every((side) => side > 0);
  const largest = Math.max(0, ...declared);
  const width = best.measured?.width ?? 0;
  const height = best.measured?.height ?? 0;
  const side = Math.max(width, height) || best.claimed || (isDeclared ? largest : 0);
  const shortest = Math.min(width, height);
  if ((width > 0 && shortest <= PIXEL) || (side > 0 && side <= PIXEL)) {
    return `at most ${PIXEL} pixels wide or high, as for counting visits`;
  }
  if (side > 0 && side < MIN_SIDE) return `smaller than ${MIN_SIDE} pixels, as icons are`;
  if (isDeclared && largest < MIN_DISPLAYED) {
    return `displayed with less than ${MIN_DISPLAYED} pixels, as icons are`;
  }
  if (width > 0 && side / shortest > MAX_RATIO) {
    return `more than ${MAX_RATIO} times as long as wide, as dividers and banners are`;
  }
  return null;
}

function surroundingsReason(
  { best, sightings }: Picture,
  { home, pageCount, isCard }: Surroundings,
): string | null {
  const places = sightings.map(({ occurrence }) => occurrence);
  const pages = new Set(sightings.map(({ page }) => page));
  const side = Math.max(best.measured?.width ?? 0, best.measured?.height ?? 0) || best.claimed;
  const isSmall = side > 0 && side <= SMALL;
  const areas = new Set(places.map(({ area }) => area));
  const isMain = areas.has('main') || areas.has('og');
  if (!isMain) {
    const isHeader = areas.size === 1 && areas.has('header');
    if (!isHeader || isSmall || pages.size > 1) {
      return 'only in the header, navigation, footer or sidebar of pages';
    }
  }
  const alone = [...pages].filter((page) => !isCard(page) && page !== home.page);
  const repeats = alone.length + (home.isLinked ? 0 : 1);
  if (repeats >= MIN_REPEATS && repeats / pageCount > MOST_SHARE) {
    return `on more than ${100 * MOST_SHARE} % of the pages, and no page is about it`;
  }
  // In a block such as "more pieces", each picture leads to its own page.
  const isOwn = home.isAtHome && home.isLinked && alone.length === 0;
  if (!isOwn && pages.size >= MIN_LINKED_REPEATS && pages.size / pageCount > MOST_LINKED_SHARE) {
    return `on more than ${100 * MOST_LINKED_SHARE} % of the pages`;
  }
  const isNamed =
    wordsIn(fileName(best.address)).some((word) => FILE_NAMES.test(word)) ||
    places.every(({ names, alt = '' }) =>
      wordsIn(`${names} ${alt}`).some((word) => CLASSES.test(word)),
    );
  if (isNamed && (isSmall || repeats > 1)) {
    return 'called logo, icon, avatar or the like, and small or on several pages';
  }
  const shown = places.filter(({ area }) => area !== 'og');
  const isUnlinked = !home.isLinked && shown.every(({ link }) => link === undefined);
  const isDecorated = (one: (typeof places)[number]) =>
    one.isPresentation || (one.alt === '' && one.caption === undefined);
  if (shown.length > 0 && isUnlinked && shown.every(isDecorated)) {
    return 'marked as decoration by alt="", role="presentation" or aria-hidden';
  }
  return null;
}

function fileName(address: string): string {
  const path = address.replace(/[?#].*$/, '');
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/, '');
}

function wordsIn(name: string): string[] {
  return name.replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ').split(/[^\p{L}]+/u);
}
