/** Reads and writes attributes of `<soutu-search>` that a page may leave out. */

/** Hits per page. */
export const DEFAULT_SIZE = 12;

/** NaN if the value is not a number, null if the attribute is missing. */
export function numberAttribute(element: HTMLElement, name: string): number | null {
  const value = element.getAttribute(name);
  return value === null ? null : value.trim() === '' ? Number.NaN : Number(value);
}

/** @param value null removes the attribute */
export function assignAttribute(
  element: Element,
  name: string,
  value: string | number | null,
): void {
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, String(value));
}
