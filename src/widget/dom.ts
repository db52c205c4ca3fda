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

/** Moves as few nodes as possible, because a node that moves loses its focus. */
export function placeChildren(parent: Element, nodes: readonly Element[]): void {
  const focused = parent.querySelector<HTMLElement>(':focus');
  for (const child of [...parent.children]) {
    if (!nodes.includes(child)) child.remove();
  }
  let next = parent.firstElementChild;
  for (const node of nodes) {
    if (node === next) next = next.nextElementSibling;
    else parent.insertBefore(node, next);
  }
  if (focused && !focused.matches(':focus')) focused.focus({ preventScroll: true });
}

/** Where an arrow key leads in the direction of the text: −1 back, 1 forwards; 0 for other keys. */
export function stepOf({ key }: KeyboardEvent, within: Element): -1 | 0 | 1 {
  const isRtl = getComputedStyle(within).direction === 'rtl';
  if (key === 'ArrowLeft') return isRtl ? 1 : -1;
  if (key === 'ArrowRight') return isRtl ? -1 : 1;
  return 0;
}
