/** Numbers among the attributes of `<soutu-search>`. */

/** Hits per page. */
export const DEFAULT_SIZE = 12;

/** NaN if the value is not a number, null if the attribute is missing. */
export function numberAttribute(element: HTMLElement, name: string): number | null {
  const value = element.getAttribute(name);
  return value === null ? null : value.trim() === '' ? Number.NaN : Number(value);
}
