import { isUrl } from '../../browser/parse-url.ts';
import type { Search } from '../../client/api.ts';
import { similarItems } from '../../client/similar/similar-items.ts';
import { SIMILAR_ITEMS } from '../../core/bundle/similar.ts';
import type { IndexedItem } from '../../core/item.ts';
import { create, createButton } from '../dom.ts';
import { emit } from '../emit.ts';
import { directionOf, languageOf, sameLanguage, watchLanguage } from '../words/page-language.ts';
import { renderEmptyItem, renderItem } from './render-item.ts';
import css from './similar.css?inline';
import { type SimilarWords, similarWordsFor } from './similar-words.ts';

const PROPERTIES = ['bundle', 'item', 'size', 'search'] as const;

/** Items load when the row is this close to the visible part of the page. */
const NEAR = '400px';

/** SVG path of the arrows. */
const ARROWS = { previous: 'M10 3 5 8l5 5', next: 'm6 3 5 5-5 5' } as const;

let sheet: CSSStyleSheet | null = null;

/**
 * `<soutu-similar bundle="/bundle/" item="ID">`: a row of items that look like an item of the bundle, for product
 * pages. The build has computed them, so no photo, model or index is needed. Items load when the row is near the
 * visible part of the page; its height is reserved before. If the item is not in the bundle or nothing can be
 * loaded, the element hides itself.
 *
 * @attr bundle - URL of the bundle's folder, relative to the page
 * @attr item - id of an item of the bundle; the items of its own group are omitted
 * @attr size - number of items, up to 12; default 12
 * @attr heading - the heading's text; default "Similar items" in the page's language
 * @attr lang - language of texts and prices; default the page's
 *
 * @fires soutu-hit - `CustomEvent<HitClick>`: the visitor clicked an item; bubbles, composed, can be cancelled
 *
 * @slot heading - replaces the heading, for example to change its level
 *
 * @csspart head - `heading`, and the `scroll` buttons for mouse users
 * @csspart row - the list of items
 * @csspart item - one item: `picture` (`blur`, then `thumb`), `title` (`link`), `price`
 *
 * @cssprop --soutu-similar-size - width of an item; default 160px
 * @cssprop --soutu-radius - border radius of pictures; default 4px
 */
export class SoutuSimilar extends HTMLElement {
  static readonly observedAttributes = [...PROPERTIES.slice(0, 3), 'heading', 'lang'];

  readonly #root = this.attachShadow({ mode: 'open' });
  readonly #row = create('ul', 'row', { role: 'list' });
  readonly #previous = this.#createArrow('previous');
  readonly #next = this.#createArrow('next');
  #observer: IntersectionObserver | null = null;
  #resize: ResizeObserver | null = null;
  #loading: AbortController | null = null;
  #stopWatching = (): void => undefined;
  #items: readonly IndexedItem[] | null = null;
  #search: Search | null = null;

  get bundle(): string {
    return this.getAttribute('bundle') ?? '';
  }
  set bundle(value: string) {
    this.setAttribute('bundle', value);
  }

  get item(): string {
    return this.getAttribute('item') ?? '';
  }
  set item(value: string) {
    this.setAttribute('item', value);
  }

  get size(): number {
    const size = Number(this.getAttribute('size') ?? SIMILAR_ITEMS);
    return Number.isInteger(size) && size > 0 ? Math.min(size, SIMILAR_ITEMS) : SIMILAR_ITEMS;
  }
  set size(value: number) {
    this.setAttribute('size', String(value));
  }

  /** A search that is asked if the bundle has no similar items of its own; it downloads the index. */
  get search(): Search | null {
    return this.#search;
  }
  set search(value: Search | null) {
    if (value === this.#search) return;
    this.#search = value;
    this.#restart();
  }

  connectedCallback(): void {
    this.#upgradeProperties();
    sheet ??= createSheet();
    this.#root.adoptedStyleSheets = [sheet];
    this.#row.addEventListener('scroll', this.#onScroll, { passive: true });
    this.#row.addEventListener('click', this.#onClick);
    this.#resize = new ResizeObserver(this.#onScroll);
    this.#resize.observe(this.#row);
    this.#stopWatching = watchLanguage(() => this.#render());
    this.#restart();
  }

  disconnectedCallback(): void {
    this.#stopWatching();
    this.#row.removeEventListener('scroll', this.#onScroll);
    this.#row.removeEventListener('click', this.#onClick);
    this.#resize?.disconnect();
    this.#observer?.disconnect();
    this.#loading?.abort();
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (before === now || !this.isConnected) return;
    if (name === 'lang' || name === 'heading') this.#render();
    else this.#restart();
  }

  /** Shows empty items until the row comes near, then the similar ones. */
  #restart(): void {
    if (!this.isConnected) return;
    this.#loading?.abort();
    this.#items = null;
    this.#render();
    this.#observer?.disconnect();
    this.#observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        this.#observer?.disconnect();
        void this.#load();
      },
      { rootMargin: NEAR },
    );
    this.#observer.observe(this);
  }

  async #load(): Promise<void> {
    const loading = new AbortController();
    this.#loading = loading;
    const items = await this.#find(loading.signal).catch(() => null);
    if (loading.signal.aborted || !this.isConnected) return;
    this.#items = items ?? [];
    this.#render();
  }

  async #find(signal: AbortSignal): Promise<readonly IndexedItem[] | null> {
    const { bundle, item: id, size } = this;
    if (!id) return null;
    const found =
      bundle && isUrl(bundle, document.baseURI)
        ? await similarItems({ bundle, id, size, signal })
        : null;
    if (found || !this.#search) return found;
    const options = { group: true, minScore: -1, size } as const;
    const { hits } = await this.#search.search({ id }, options, { signal });
    return hits.map(({ item }) => ({ image: '', ...item }));
  }

  #render(): void {
    const items = this.#items;
    const base = this.#base();
    const language = languageOf(this);
    const words = similarWordsFor(language);
    const nodes = items
      ? items.map((item) => renderItem(item, base, words.language))
      : Array.from({ length: this.size }, renderEmptyItem);
    this.#row.replaceChildren(...nodes);
    this.#row.ariaBusy = String(items === null);
    // Links can be focused, which scrolls the row; without links, the row itself can.
    const hasLinks = this.#row.querySelector('a') !== null;
    if (items === null || hasLinks) this.#row.removeAttribute('tabindex');
    else this.#row.tabIndex = 0;
    this.#root.replaceChildren(this.#createSection(words, !sameLanguage(language, words.language)));
    this.#onScroll();
  }

  #createSection(words: SimilarWords, foreign: boolean): HTMLElement {
    const heading = this.getAttribute('heading') ?? words.heading;
    this.#previous.ariaLabel = words.previous;
    this.#next.ariaLabel = words.next;
    this.#row.ariaLabel = heading;
    const slot = create('slot', null, { name: 'heading' }, create('h2', 'heading', {}, heading));
    return create(
      'section',
      null,
      {
        ariaLabel: heading,
        hidden: this.#items?.length === 0,
        ...(foreign ? { lang: words.language, dir: directionOf(words.language) } : {}),
      },
      create('div', 'head', {}, slot, this.#previous, this.#next),
      this.#row,
    );
  }

  #createArrow(to: keyof typeof ARROWS): HTMLButtonElement {
    const button = createButton('scroll', '', () => {
      if (button.ariaDisabled !== 'true') this.#scroll(to === 'next' ? 1 : -1);
    });
    button.append(createIcon(ARROWS[to]));
    return button;
  }

  /** By as many whole items as are visible. */
  #scroll(direction: 1 | -1): void {
    const { clientWidth } = this.#row;
    const item = this.#row.firstElementChild?.getBoundingClientRect().width ?? 0;
    const step = Math.max(item, clientWidth - item);
    const isRtl = getComputedStyle(this.#row).direction === 'rtl';
    this.#row.scrollBy({ left: direction * (isRtl ? -step : step) });
  }

  readonly #onScroll = (): void => {
    const { scrollLeft, scrollWidth, clientWidth } = this.#row;
    const most = scrollWidth - clientWidth;
    const at = Math.abs(scrollLeft);
    this.#previous.hidden = this.#next.hidden = most <= 1;
    this.#previous.ariaDisabled = String(at <= 1);
    this.#next.ariaDisabled = String(at >= most - 1);
  };

  readonly #onClick = (event: MouseEvent): void => {
    const path = event.composedPath();
    const at = [...this.#row.children].findIndex((node) => path.includes(node));
    const item = this.#items?.[at];
    if (!item) return;
    if (!emit(this, 'soutu-hit', { id: item.id, score: null, item, rank: at + 1 }))
      event.preventDefault();
  };

  /** Absolute URL of the bundle's folder, the base of its picture URLs. */
  #base(): string {
    if (!this.bundle || !isUrl(this.bundle, document.baseURI)) return document.baseURI;
    const folder = new URL(this.bundle, document.baseURI);
    if (!folder.pathname.endsWith('/')) folder.pathname += '/';
    return folder.href;
  }

  /** Sets again what the page set before the class was defined, which shadows the accessors. */
  #upgradeProperties(): void {
    for (const name of PROPERTIES) {
      if (!Object.hasOwn(this, name)) continue;
      const given: Partial<SoutuSimilar> = { [name]: this[name] };
      delete (this as Partial<SoutuSimilar>)[name];
      Object.assign(this, given);
    }
  }
}

function createSheet(): CSSStyleSheet {
  const created = new CSSStyleSheet();
  created.replaceSync(css);
  return created;
}

function createIcon(path: string): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  const shape = { viewBox: '0 0 16 16', width: '16', height: '16', fill: 'none' };
  const pen = { stroke: 'currentColor', 'stroke-width': '2', 'stroke-linecap': 'round' };
  for (const [name, value] of Object.entries(shape)) svg.setAttribute(name, value);
  for (const [name, value] of Object.entries({ d: path, ...pen })) line.setAttribute(name, value);
  svg.ariaHidden = 'true';
  svg.append(line);
  return svg;
}

declare global {
  interface HTMLElementTagNameMap {
    'soutu-similar': SoutuSimilar;
  }
}
