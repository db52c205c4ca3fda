/**
 * Custom rendering of hits by the page. The rendered nodes are children of the element, so that the page's styles
 * apply, and are displayed in the hit's slot.
 *
 *     <template slot="hit">                         or  element.renderHit = ({ item }) => node
 *       <a data-href="url">
 *         <img data-src="thumb">
 *         <b data-text="title"></b> <i data-text="attributes.glaze"></i>
 *       </a>
 *     </template>
 *
 * `data-text`, `data-href` and `data-src` name a field: `id`, `title`, `url`, `thumb`, `price`, `score`,
 * `group` or `attributes.NAME`. Elements whose field has no value are removed.
 */
import type { Hit } from '../../core/contract.ts';
import { isSafeLink } from '../../core/item.ts';
import { create } from '../dom.ts';
import type { Words } from '../words/words.ts';
import { nameOf, pictureUrl } from './picture.ts';

/** Renders a hit; null for the default rendering. */
export type RenderHit = (hit: Hit) => Node | string | null;

export interface RenderedHit {
  readonly hit: Hit;
  /** Name of the slot that displays the rendering. */
  readonly slot: string;
}

export class HitRenderers {
  readonly #host: HTMLElement;
  readonly #words: Words;
  readonly #render: RenderHit | null;
  #visible = new Map<string, HTMLElement>();

  constructor(host: HTMLElement, words: Words, render: RenderHit | null) {
    this.#host = host;
    this.#words = words;
    this.#render = render;
    // Remove renderings of an earlier frame of the same element.
    for (const child of host.querySelectorAll(':scope > [slot^="hit-"]')) child.remove();
  }

  /** @param base absolute URL of the bundle's folder */
  show(hits: readonly RenderedHit[], base: string): void {
    const template = this.#host.querySelector<HTMLTemplateElement>(':scope > template[slot="hit"]');
    const before = this.#visible;
    this.#visible = new Map();
    if (this.#render || template) {
      for (const { hit, slot } of hits) {
        const element = before.get(slot) ?? this.#tryCreate(hit, slot, template, base);
        if (!element) continue;
        this.#visible.set(slot, element);
        if (!element.isConnected) this.#host.append(element);
      }
    }
    for (const [slot, element] of before) if (!this.#visible.has(slot)) element.remove();
  }

  /** An error in the page's renderer is reported to the console; the hit falls back to our rendering. */
  #tryCreate(
    hit: Hit,
    slot: string,
    template: HTMLTemplateElement | null,
    base: string,
  ): HTMLElement | null {
    try {
      return this.#create(hit, slot, template, base);
    } catch (error) {
      reportError(error);
      return null;
    }
  }

  #create(
    hit: Hit,
    slot: string,
    template: HTMLTemplateElement | null,
    base: string,
  ): HTMLElement | null {
    const made = this.#render ? this.#render(hit) : null;
    const content = made ?? (template ? filled(template, hit, base, this.#words) : null);
    return content === null ? null : create('div', null, { slot }, content);
  }
}

function filled(template: HTMLTemplateElement, hit: Hit, base: string, words: Words): Node {
  const copy = template.content.cloneNode(true) as DocumentFragment;
  const fieldOf = fieldsOf(hit, base, words);
  for (const node of copy.querySelectorAll<HTMLElement>('[data-text], [data-href], [data-src]')) {
    const { text, href, src } = node.dataset;
    const values = [text, href, src].map((field) => (field ? fieldOf(field) : undefined));
    const [said, link, picture] = values;
    if (text !== undefined && said === undefined) node.remove();
    else if (said !== undefined) node.textContent = said;
    if (node instanceof HTMLAnchorElement && link !== undefined && isSafeLink(link)) {
      node.href = link;
    }
    if (!(node instanceof HTMLImageElement)) continue;
    if (picture === undefined) {
      node.remove();
      continue;
    }
    const [width, height] = hit.item.thumbSize ?? [];
    if (width && height && !node.hasAttribute('width')) Object.assign(node, { width, height });
    if (!node.hasAttribute('alt')) node.alt = nameOf(hit.item);
    node.loading = 'lazy';
    node.src = picture;
  }
  return copy;
}

function fieldsOf({ item, score, group }: Hit, base: string, words: Words) {
  const attributes = item.attributes ?? {};
  const { price, currency } = attributes;
  const fields = new Map<string, string | undefined>([
    ['id', item.id],
    ['title', nameOf(item)],
    ['url', item.url],
    ['thumb', pictureUrl(item, base) ?? undefined],
    ['group', group],
    ['score', words.alike(score)],
    ['price', typeof price === 'number' ? words.price(price, textOf(currency)) : undefined],
  ]);
  for (const [name, value] of Object.entries(attributes)) {
    fields.set(`attributes.${name}`, words.attributeValue(name, value));
  }
  return (name: string): string | undefined => fields.get(name);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
