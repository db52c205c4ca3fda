import type { Hit } from '../../core/contract.ts';
import { create, createButton, placeChildren } from '../dom.ts';
import { type Bands, bandsOf, type ResultsState } from '../state.ts';
import type { Words } from '../words/words.ts';
import { type HitHandlers, renderHit, renderPlainHit, renderRank } from './hit.ts';
import { HitClicks, type OnHit } from './hit-clicks.ts';
import type { HitRenderers } from './hit-renderers.ts';
import { frameRatio } from './picture.ts';

const QUIETLY = { preventScroll: true } as const;

export interface GridHandlers extends Pick<HitHandlers, 'onLike' | 'onOpinion'> {
  readonly onMore: () => void;
  readonly onHit: OnHit;
  /** @param onClose called with the hit that is visible last */
  readonly onEnlarge: (
    hits: readonly Hit[],
    at: number,
    base: string,
    onClose: (at: number) => void,
  ) => void;
}

/**
 * The grid of hits, and the button for more. A hit that is found again keeps its element. First hits, of a search that goes
 * on, keep it with another score.
 *
 *     match  match │ more like this │ hit  hit  hit …        at least one match
 *     hit    hit …                                           no match: the heading above says "Similar pictures"
 *     closest pictures │ hit  hit …                          `far`, dimmed
 */
export class ResultsGrid {
  readonly nodes: readonly HTMLElement[];
  // Safari does not expose a list without bullets as a list.
  readonly #list = create('ul', 'grid', { role: 'list' });
  readonly #band = create('h3', 'band');
  readonly #divider = create('li', 'divider', {}, this.#band);
  readonly #foot: HTMLElement;
  readonly #more: HTMLButtonElement;
  readonly #status = create('p', 'count');
  readonly #words: Words;
  readonly #renderers: HitRenderers;
  readonly #handlers: GridHandlers;
  readonly #clicks: HitClicks;
  readonly #hitHandlers: HitHandlers;
  #base = '';
  #cards = new Map<string, HTMLLIElement>();
  #hits: readonly Hit[] = [];
  #made = 0;
  /** First hits that are visible, by id, and their elements. */
  #first: ReadonlyMap<string, readonly [Hit, HTMLLIElement]> | null = null;
  #state: ResultsState | null = null;
  /** Width / height of the frames in the latest results; null before the first. */
  #ratio: number | null = null;

  constructor(words: Words, renderers: HitRenderers, handlers: GridHandlers) {
    this.#words = words;
    this.#renderers = renderers;
    this.#handlers = handlers;
    this.#hitHandlers = {
      onLike: handlers.onLike,
      onOpinion: handlers.onOpinion,
      onEnlarge: ({ id }) => this.#enlarge(id),
      onScore: () => this.#list.classList.toggle('figures'),
    };
    this.#clicks = new HitClicks(this.#list, handlers.onHit);
    this.#more = createButton('button more', words.text('showMore'), () => {
      if (this.#more.ariaDisabled !== 'true') handlers.onMore();
    });
    this.#foot = create('div', 'foot', {}, this.#status, this.#more);
    this.nodes = [this.#list, this.#foot];
  }

  get ratio(): number | null {
    return this.#ratio;
  }

  shows(state: ResultsState): boolean {
    return this.#state === state;
  }

  /**
   * @param base absolute URL of the bundle's folder
   * @param isFirst whether the answer will replace these hits
   */
  show(state: ResultsState, base: string, isFirst = false): void {
    const { hits, latest, more, response } = state;
    this.#state = state;
    this.#base = base;
    this.#hits = hits;
    const asked = this.#more.matches(':focus');
    const before = this.#list.childElementCount;
    const bands = bandsOf(state);
    this.#list.classList.toggle('far', bands.best === 'far');
    this.#list.classList.toggle('single', bands.best === 'match' && bands.matches === 1);
    const added = this.#showHits(hits, this.#dividerAt(bands, hits.length));
    // Computed from the first page, so that further pages do not change the frames' shape; nor does the answer that first
    // hits announced.
    if (!this.#first) this.#ratio = frameRatio(response.hits.map(({ item }) => item));
    const cards = [...this.#cards.values()];
    this.#first = isFirst
      ? new Map(hits.map((hit, i) => [hit.id, [hit, cards[i] as HTMLLIElement]]))
      : null;
    this.#list.style.setProperty('--_ratio', String(this.#ratio));
    this.#foot.hidden = more === 'none';
    this.#more.textContent = this.#words.text(more === 'loading' ? 'showingMore' : 'showMore');
    // Not `disabled`, which would lose the focus.
    this.#more.ariaDisabled = String(more === 'loading');
    const total = latest.totalRelation === 'eq' ? latest.total : null;
    this.#status.textContent =
      more === 'failed'
        ? this.#words.text('moreFailed')
        : this.#words.visibleCount(hits.length, total);
    // Keyboard users continue at the first new hit.
    if (before > 0 && asked) (added?.querySelector('a') ?? added)?.focus();
  }

  /** First hits whose search was given up stay as if they were its answer. */
  keepFirst(): void {
    this.#first = null;
  }

  clear(): void {
    this.#first = null;
    this.#state = null;
    this.#cards.clear();
    this.#clicks.show([]);
    this.#list.replaceChildren();
    this.#renderers.show([], this.#base);
  }

  /** Where the divider stands among the hits; null for none. Sets its text. */
  #dividerAt({ best, matches }: Bands, count: number): number | null {
    if (best === 'far') {
      this.#band.textContent = this.#words.text('nearest');
      return 0;
    }
    if (!matches || matches === count) return null;
    this.#band.textContent = this.#words.text('moreRelated');
    return matches;
  }

  /** @returns the first appended hit */
  #showHits(hits: readonly Hit[], dividerAt: number | null): HTMLLIElement | undefined {
    const before = [...this.#list.children];
    const cards = new Map<string, HTMLLIElement>();
    for (const hit of hits) {
      const known = this.#first?.has(hit.id) ? this.#renewed(hit) : this.#cards.get(keyOf(hit));
      cards.set(keyOf(hit), known ?? this.#render(hit));
    }
    this.#cards = cards;
    const found = [...cards.values()];
    const now =
      dividerAt === null
        ? found
        : [...found.slice(0, dividerAt), this.#divider, ...found.slice(dividerAt)];
    this.#clicks.show(hits.flatMap((hit, i) => (found[i] ? [[found[i], hit] as const] : [])));
    // Moving a node loses its focus, so a list that only grows is appended to.
    const grows = before.length > 0 && before.every((node, i) => node === now[i]);
    if (grows) this.#list.append(...now.slice(before.length));
    else placeChildren(this.#list, now);
    this.#renderers.show(
      hits.map((hit, i) => ({ hit, slot: found[i]?.querySelector('slot')?.name ?? '' })),
      this.#base,
    );
    return grows ? now[before.length] : undefined;
  }

  /** The element of a first hit, with the hit's final score. Pictures stay as they are, so that they do not flicker. */
  #renewed(hit: Hit): HTMLLIElement | null {
    const [before, element] = this.#first?.get(hit.id) ?? [];
    const rank = element?.querySelector('[part="rank"]');
    if (!element || !rank || !before || keyOf(before.item) !== keyOf(hit.item)) return null;
    if (keyOf(before) === keyOf(hit)) return element;
    const focused = rank.querySelector(':focus')?.getAttribute('part');
    const renewed = renderRank(hit, this.#base, this.#words, this.#hitHandlers);
    rank.replaceWith(renewed);
    for (const { name } of rank.querySelectorAll<HTMLButtonElement>('[aria-expanded="true"]')) {
      renewed.querySelector<HTMLElement>(`[name="${name}"]`)?.click();
    }
    if (focused) {
      const again = renewed.querySelector<HTMLElement>(`[part="${focused}"]`);
      (again ?? element).focus(QUIETLY);
    }
    return element;
  }

  /** The focus returns to the hit that was visible last. */
  #enlarge(id: string): void {
    const hits = this.#hits;
    const at = hits.findIndex((hit) => hit.id === id);
    this.#handlers.onEnlarge(hits, at, this.#base, (last) => {
      // The answer may have replaced first hits meanwhile.
      const now = this.#hits.findIndex((hit) => hit.id === hits[last]?.id);
      const card = [...this.#cards.values()][now];
      card?.querySelector<HTMLElement>('[part="enlarge"]')?.focus();
    });
  }

  /** A hit that cannot be rendered must not prevent the others from rendering. */
  #render(hit: Hit): HTMLLIElement {
    const slot = `hit-${++this.#made}`;
    try {
      return renderHit(hit, slot, this.#base, this.#words, this.#hitHandlers);
    } catch (error) {
      reportError(error);
      return renderPlainHit(hit, this.#words, this.#hitHandlers);
    }
  }
}

/** Everything that a card shows. */
const keyOf = (shown: Hit | Hit['item']) => JSON.stringify(shown);
