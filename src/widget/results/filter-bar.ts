/**
 * Filters and sort order: a button for each attribute, which expands its values, and a menu for the order. Its
 * nodes are reused between responses, so that focus is not lost.
 *
 *     [Kind: bowl] [Glaze] [Colour]      Order ▾ [Clear]
 *     ☑ bowl 12   ☐ mug 3   …
 */
import type { Sort } from '../../core/contract.ts';
import { create, createButton } from '../dom.ts';
import { type AnsweredState, FEW, refinementIn } from '../state.ts';
import type { Words } from '../words/words.ts';
import { type Facet, facetsIn, ordersIn } from './facets.ts';
import { isFiltered, PLAIN, type Refinement, toggled } from './refinement.ts';

export class FilterBar {
  readonly element: HTMLElement;
  readonly #words: Words;
  readonly #onRefine: (refinement: Refinement) => void;
  readonly #facets = create('div', 'facets');
  readonly #values = create('div', 'values', { id: 'values', role: 'group', hidden: true });
  readonly #order = create('select', 'order-select');
  readonly #orderLabel: HTMLElement;
  readonly #clear: HTMLButtonElement;
  readonly #buttons = new Map<string, HTMLButtonElement>();
  #refinement: Refinement = PLAIN;
  #visible: readonly Facet[] = [];
  #open: string | null = null;

  constructor(words: Words, onRefine: (refinement: Refinement) => void) {
    this.#words = words;
    this.#onRefine = onRefine;
    this.#order.onchange = () => {
      const sort = readOrder(this.#order.value);
      this.#onRefine({ ...this.#refinement, sort, pages: 1 });
    };
    this.#orderLabel = create(
      'label',
      'order',
      {},
      create('span', 'order-label', {}, words.text('order')),
      this.#order,
    );
    this.#clear = createButton('clear', words.text('clearFilters'), () => {
      this.#onRefine({ ...this.#refinement, filter: {}, pages: 1 });
      // The button disappears with the filters, so the focus moves.
      [...this.#buttons.values()][0]?.focus();
    });
    this.element = create(
      'div',
      'filters',
      { role: 'group', ariaLabel: words.text('filters') },
      create('div', 'filter-bar', {}, this.#facets, this.#clear, this.#orderLabel),
      this.#values,
    );
  }

  show(state: AnsweredState): void {
    this.#refinement = refinementIn(state);
    this.#visible = facetsIn(state.response, this.#refinement, this.#words);
    this.#showButtons();
    this.#showValues();
    this.#showOrders(state);
    this.#clear.hidden = !isFiltered(this.#refinement);
    // Until the response arrives, it is unknown whether any facet remains.
    if (state.refining) return;
    const isUseful = isFiltered(this.#refinement) || state.response.total > FEW;
    const isEmpty = this.#visible.length === 0 && this.#orderLabel.hidden;
    this.element.hidden = isEmpty || !isUseful;
  }

  #showButtons(): void {
    const buttons = this.#visible.map(({ attribute, chosen }) => {
      const button = this.#buttons.get(attribute) ?? this.#createButton(attribute);
      this.#buttons.set(attribute, button);
      const open = attribute === this.#open;
      button.ariaExpanded = String(open);
      button.classList.toggle('chosen', chosen.length > 0);
      const name = this.#words.attribute(attribute);
      const said =
        chosen.length > 0
          ? `${name}: ${this.#words.list(chosen.map((value) => this.#words.value(attribute, value)))}`
          : name;
      if (button.textContent !== said) button.textContent = said;
      return button;
    });
    const same =
      buttons.length === this.#facets.childElementCount &&
      buttons.every((button, i) => button === this.#facets.children[i]);
    if (!same) this.#facets.replaceChildren(...buttons);
  }

  #createButton(attribute: string): HTMLButtonElement {
    const button = createButton('button facet', '', () => {
      this.#open = this.#open === attribute ? null : attribute;
      this.#showButtons();
      this.#showValues();
    });
    button.setAttribute('aria-controls', 'values');
    return button;
  }

  #showValues(): void {
    const facet = this.#visible.find(({ attribute }) => attribute === this.#open);
    this.#values.hidden = !facet;
    if (!facet) {
      this.#open = null;
      this.#values.replaceChildren();
      return;
    }
    this.#values.ariaLabel = this.#words.attribute(facet.attribute);
    const known = new Map(
      [...this.#values.querySelectorAll('input')].map((input) => [input.name, input]),
    );
    const nodes = facet.values.map(({ value, count }) => {
      const name = `${facet.attribute}\n${value}`;
      const input = known.get(name) ?? this.#createCheckbox(facet.attribute, value, name);
      input.checked = facet.chosen.includes(value);
      const label = input.parentElement as HTMLLabelElement;
      label.classList.toggle('none', count === 0);
      const figure = label.lastElementChild as HTMLElement;
      figure.textContent = count === null ? '' : this.#words.number(count);
      return label;
    });
    const same =
      nodes.length === this.#values.childElementCount &&
      nodes.every((node, i) => node === this.#values.children[i]);
    if (!same) this.#values.replaceChildren(...nodes);
  }

  #createCheckbox(attribute: string, value: string, name: string): HTMLInputElement {
    const input = create('input', 'value-box', { type: 'checkbox', name });
    input.onchange = () => this.#onRefine(toggled(this.#refinement, attribute, value));
    create(
      'label',
      'value',
      {},
      input,
      create('bdi', null, {}, this.#words.value(attribute, value)),
      create('span', 'value-count'),
    );
    return input;
  }

  #showOrders(state: AnsweredState): void {
    const { sort } = this.#refinement;
    const orders = ordersIn(state, sort);
    this.#orderLabel.hidden = orders.length === 0;
    const options = [
      create('option', null, { value: '' }, this.#words.text('byLikeness')),
      ...orders.flatMap((by) =>
        (['asc', 'desc'] as const).map((order) =>
          create('option', null, { value: orderKey({ by, order }) }, this.#words.order(by, order)),
        ),
      ),
    ];
    const values = options.map(({ value }) => value).join('\n');
    const before = [...this.#order.options].map(({ value }) => value).join('\n');
    if (values !== before) this.#order.replaceChildren(...options);
    this.#order.value = sort ? orderKey(sort) : '';
  }
}

function orderKey({ by, order = 'asc' }: Sort): string {
  return `${order} ${by}`;
}

function readOrder(key: string): Sort | null {
  const [, order, by] = /^(asc|desc) (.*)$/s.exec(key) ?? [];
  return by === undefined ? null : { by, order: order as 'asc' | 'desc' };
}
