/** Creates elements from plain values. Strings become text nodes, never markup. */
export type Child = Node | string | null;

type Properties<E> = Partial<Omit<E, 'children' | 'style' | 'part'>>;

export function create<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  part: string | null,
  properties: Properties<HTMLElementTagNameMap[K]> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (part) element.setAttribute('part', part);
  Object.assign(element, properties);
  element.append(...children.filter((child) => child !== null));
  return element;
}

export function createButton(part: string, label: string, onclick: () => void): HTMLButtonElement {
  return create('button', part, { type: 'button', onclick }, label);
}
