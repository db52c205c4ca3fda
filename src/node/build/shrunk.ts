/** Items that a rebuild loses by mistake: a source that broke off, a folder that was not mounted, a filter in a query. */

/** Fewer are removed by hand every day. */
const MANY_ITEMS = 5;
/** More than this share of the items. Shops change a few per cent of their catalogue at a time. */
const MUCH = 0.1;

/**
 * @param before items of the release that is replaced; 0 if there is none
 * @returns a line for the owner; null if nothing is unusual
 */
export function shrunkWarning(before: number, now: number): string | null {
  const lost = before - now;
  if (lost < MANY_ITEMS || lost <= MUCH * before) return null;
  return (
    `The release that this one replaces has ${before} items, and this one has ${now}: ${lost} fewer. If that was not ` +
    'meant, check the source and build again.'
  );
}
