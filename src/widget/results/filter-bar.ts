/**
 * Filters and sort order: a field for words, a button for each attribute, which expands its values or its range, a menu
 * for the order, and the active filters. Its nodes are reused between responses, so that focus is not lost.
 *
 *     [Filter by words] [Kind: bowl] [Glaze] [Price: from €10]      Order ▾
 *     ☑ bowl 12   ☐ mug 3   …                or   From [  ] To [  ]
 *     [Kind: bowl ×] [Price: from €10 ×]  Clear filters
 *
 * For the Tab key and for screen readers, the values come after the button that expands them.
 */
import type { Sort } from '../../core/contract.ts';
import { messageOf } from '../../core/errors.ts';
import { create, createButton, placeChildren } from '../dom.ts';
import type { RangeField } from '../sheets/index.ts';
import { loadSheets } from '../sheets/load-sheets.ts';
import { type AnsweredState, FEW, refinementIn } from '../state.ts';
import type { Words } from '../words/words.ts';
import { FacetValues } from './facet-values.ts';
import { type Facet, facetsIn, ordersIn } from './facets.ts';
import { FilterChips } from './filter-chips.ts';
import { loadTree } from './load-tree.ts';
import { type RangeFacet, rangesIn, rangeWords } from './ranges.ts';
import {
  cleared,
  isFiltered,
  PLAIN,
  type Refinement,
  toggled,
  withChoice,
  withRange,
  withText,
} from './refinement.ts';
import { colourOf, namesColours, type SwatchOf } from './swatch.ts';
import { TextFilter } from './text-filter.ts';

export class FilterBar {
  readonly element: HTMLElement;
  readonly #words: Words;
  readonly #onRefine: (refinement: Refinement) => void;
  readonly #text: TextFilter;
  readonly #facets = create('div', 'facets');
  readonly #panel = create('div', 'values', { id: 'values', role: 'group' });
  readonly #values: FacetValues;
  readonly #chips: FilterChips;
  readonly #active: HTMLElement;
  readonly #order = create('select', 'order-select');
  readonly #orderLabel: HTMLElement;
  readonly #buttons = new Map<string, HTMLButtonElement>();
  readonly #rangeFields = new Map<string, RangeField>();
  #refinement: Refinement = PLAIN;
  #visible: readonly Facet[] = [];
  #ranges: readonly RangeFacet[] = [];
  /** Those in the menu; null is by similarity. */
  #orders: readonly (Required<Sort> | null)[] = [];
  #open: string | null = null;

  constructor(words: Words, onRefine: (refinement: Refinement) => void) {
    this.#words = words;
    this.#onRefine = onRefine;
    this.#text = new TextFilter(words, (text) => onRefine(withText(this.#refinement, text)));
    this.#values = new FacetValues(words, this.#panel, (attribute, value) =>
      onRefine(toggled(this.#refinement, attribute, value)),
    );
    // On phones, only an icon is visible.
    this.#order.ariaLabel = words.text('order');
    this.#order.onchange = () => {
      const sort = this.#orders[this.#order.selectedIndex] ?? null;
      this.#onRefine({ ...this.#refinement, sort, pages: 1 });
    };
    this.#orderLabel = create(
      'label',
      'order',
      {},
      create('span', 'order-label', {}, words.text('order')),
      this.#order,
    );
    // The buttons of active filters disappear with them, so the focus moves.
    const focusFirst = () => this.#firstControl()?.focus();
    this.#chips = new FilterChips(words, onRefine, focusFirst);
    const clear = createButton('clear', words.text('clearFilters'), () => {
      this.#onRefine(cleared(this.#refinement));
      focusFirst();
    });
    this.#active = create('div', 'active-filters', { hidden: true }, this.#chips.element, clear);
    const bar = create('div', 'filter-bar', {}, this.#text.element, this.#facets);
    // On phones. Browsers leave a control where it is if a part of it is in view.
    bar.addEventListener('focusin', ({ target }) =>
      (target as Element).scrollIntoView({ block: 'nearest', inline: 'nearest' }),
    );
    this.element = create(
      'div',
      'filters',
      { role: 'group', ariaLabel: words.text('filters') },
      create('div', null, { className: 'filter-row' }, bar, this.#orderLabel),
      this.#active,
    );
    this.#facets.onkeydown = (event) => {
      if (event.key !== 'Escape' || this.#open === null) return;
      // The dialog around the element stays open.
      event.preventDefault();
      const button = this.#buttons.get(this.#open);
      this.#expand(null);
      button?.focus();
    };
  }

  show(state: AnsweredState): void {
    const { response } = state;
    this.#refinement = refinementIn(state);
    this.#visible = facetsIn(response, this.#refinement, this.#words);
    this.#ranges = rangesIn(response, this.#refinement);
    this.#showButtons();
    this.#showPanel();
    this.#showOrders(state);
    const filtered = isFiltered(this.#refinement);
    this.#text.show(this.#refinement.text);
    this.#chips.show(this.#refinement, this.#ranges, this.#swatchOf);
    this.#active.hidden = !filtered;
    // Until the response arrives, it is unknown whether any facet remains.
    if (state.refining) return;
    const facets = this.#facets.childElementCount;
    const hasWords =
      response.engine.words !== false &&
      (facets > 0 || response.hits.some(({ item }) => item.title !== undefined));
    this.#text.element.hidden = !hasWords && this.#refinement.text === '';
    const isUseful = filtered || response.total > FEW;
    const isEmpty = facets === 0 && this.#orderLabel.hidden && this.#text.element.hidden;
    this.element.hidden = isEmpty || !isUseful;
  }

  #firstControl(): HTMLElement | undefined {
    // Focus in a text field opens the keyboard of a phone.
    const button = this.#facets.querySelector('button');
    return button ?? (this.#text.element.hidden ? undefined : this.#text.element);
  }

  #showButtons(): void {
    const words = this.#words;
    const list = (attribute: string, chosen: readonly string[]) =>
      words.list(chosen.map((value) => words.value(attribute, value)));
    const said = Object.fromEntries<string | null>([
      ...this.#visible.map(({ attribute, chosen }) => {
        return [attribute, chosen.length > 0 ? list(attribute, chosen) : null] as const;
      }),
      ...this.#ranges.map((range) => {
        const { attribute, chosen } = range;
        return [attribute, chosen && rangeWords(range, chosen, words)] as const;
      }),
    ]);
    const buttons = words.inOrder(said).map(([attribute, chosen]) => {
      const button = this.#buttons.get(attribute) ?? this.#createButton(attribute);
      this.#buttons.set(attribute, button);
      button.ariaExpanded = String(attribute === this.#open);
      button.classList.toggle('chosen', chosen !== null);
      const name = words.attribute(attribute);
      const text = chosen === null ? name : `${name}: ${chosen}`;
      if (button.textContent !== text) button.textContent = text;
      return button;
    });
    placeChildren(
      this.#facets,
      buttons.flatMap((button) =>
        button.ariaExpanded === 'true' ? [button, this.#panel] : button,
      ),
    );
  }

  #createButton(attribute: string): HTMLButtonElement {
    const button = createButton('button facet', '', () =>
      this.#expand(this.#open === attribute ? null : attribute),
    );
    button.setAttribute('aria-controls', 'values');
    return button;
  }

  #expand(attribute: string | null): void {
    this.#open = attribute;
    this.#showButtons();
    this.#showPanel();
  }

  /** The values or the range of the open attribute. */
  #showPanel(): void {
    const isOpen = ({ attribute }: { attribute: string }) => attribute === this.#open;
    const range = this.#ranges.find(isOpen);
    const facet = range ? undefined : this.#visible.find(isOpen);
    const open = range ?? facet;
    if (!open) {
      this.#open = null;
      this.#panel.replaceChildren();
      return;
    }
    this.#panel.ariaLabel = this.#words.attribute(open.attribute);
    if (!facet?.isTree) delete this.#panel.dataset.tree;
    if (facet?.isTree) void this.#showTree(facet);
    else if (facet) this.#values.show(facet, this.#swatchOf);
    else if (range) this.#showRange(range);
  }

  /** The fields for a range are in the script of the sheets, which is loaded after the first answer. */
  #showRange(range: RangeFacet): void {
    const { attribute } = range;
    const field = this.#rangeFields.get(attribute);
    if (field) {
      field.show(range);
      if (this.#panel.firstElementChild !== field.element) {
        this.#panel.replaceChildren(field.element);
      }
      return;
    }
    this.#panel.replaceChildren();
    loadSheets().then(
      ({ adoptSheets, RangeField }) => {
        // The panel may be closed again by now.
        adoptSheets(this.element);
        const created = new RangeField(this.#words, (chosen) =>
          this.#onRefine(withRange(this.#refinement, attribute, chosen)),
        );
        this.#rangeFields.set(attribute, created);
        this.#showPanel();
      },
      (error) => {
        const problem = { role: 'alert', lang: 'en', dir: 'ltr' };
        if (this.#open !== attribute) return;
        this.#panel.replaceChildren(create('p', 'notice', problem, messageOf(error)));
      },
    );
  }

  async #showTree(facet: Facet): Promise<void> {
    const { attribute } = facet;
    // Values of another facet must not stay while the script loads.
    if (this.#panel.dataset.tree !== attribute) this.#panel.replaceChildren();
    const tree = await loadTree().catch(() => null);
    const isCurrent = this.#visible.includes(facet) && this.#open === attribute;
    if (!isCurrent) return;
    if (!tree) {
      this.#values.show(facet, this.#swatchOf);
      return;
    }
    this.#panel.dataset.tree = attribute;
    tree.showTree(facet, this.#panel, this.#words, (level) =>
      this.#onRefine(withChoice(this.#refinement, attribute, level)),
    );
  }

  readonly #swatchOf: SwatchOf = (attribute, value) => {
    const own = this.#words.swatch(attribute, value);
    if (own) return own;
    const facet = this.#visible.find((one) => one.attribute === attribute);
    const isColour = facet && namesColours(facet.values.map((one) => one.value));
    return isColour ? colourOf(value) : null;
  };

  #showOrders(state: AnsweredState): void {
    const { sort } = this.#refinement;
    this.#orders = [
      null,
      ...ordersIn(state, sort).flatMap((by) =>
        (['asc', 'desc'] as const).map((order) => ({ by, order })),
      ),
    ];
    this.#orderLabel.hidden = this.#orders.length === 1;
    this.#order.classList.toggle('chosen', sort !== null);
    const options = this.#orders.map((one) => {
      const text = one ? this.#words.order(one.by, one.order) : this.#words.text('byLikeness');
      return create('option', null, { value: orderKey(one) }, text);
    });
    const values = options.map(({ value }) => value).join('\n');
    const before = [...this.#order.options].map(({ value }) => value).join('\n');
    if (values !== before) this.#order.replaceChildren(...options);
    this.#order.value = orderKey(sort);
  }
}

function orderKey(sort: Sort | null): string {
  return sort ? `${sort.order ?? 'asc'} ${sort.by}` : '';
}
