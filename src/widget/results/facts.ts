/** The line of attributes below an item's name. */
import type { Attributes } from '../../core/item.ts';
import { create } from '../dom.ts';
import type { Words } from '../words/words.ts';

const MAX_FACTS = 3;
const MAX_FACT_LENGTH = 40;

export function renderPrice({ price, currency }: Attributes, words: Words): HTMLElement | null {
  if (typeof price !== 'number') return null;
  const code = typeof currency === 'string' ? currency : undefined;
  return create('p', 'price', {}, words.price(price, code));
}

export function renderFacts(
  attributes: Attributes,
  name: string,
  words: Words,
): HTMLElement | null {
  const facts = factsOf(attributes, name, words);
  if (facts.length === 0) return null;
  // Isolated, so that facts in another script keep their order.
  const nodes = facts.flatMap((fact) => [' · ', create('bdi', null, {}, fact)]);
  return create('p', 'facts', {}, ...nodes.slice(1));
}

/** A few short attributes that the name does not already mention, in the same order on every card. */
export function factsOf(attributes: Attributes, name: string, words: Words): string[] {
  const mentioned = name.toLowerCase();
  return words
    .inOrder(attributes)
    .filter(([key]) => key !== 'price' && key !== 'currency')
    .map(([key, value]) => {
      if (typeof value === 'number') return `${words.attribute(key)} ${words.figure(key, value)}`;
      // "Yes" means nothing without the name.
      if (typeof value === 'boolean') return `${words.attribute(key)}: ${words.yesNo(value)}`;
      return words.attributeValue(key, value);
    })
    .filter(
      (fact) => fact && fact.length <= MAX_FACT_LENGTH && !mentioned.includes(fact.toLowerCase()),
    )
    .slice(0, MAX_FACTS);
}
