/** Numbers with units, in the page's language. */

/** Symbols that `Intl.NumberFormat` can write in every language. */
const KNOWN: Readonly<Record<string, string>> = {
  mm: 'millimeter',
  cm: 'centimeter',
  m: 'meter',
  km: 'kilometer',
  g: 'gram',
  kg: 'kilogram',
  ml: 'milliliter',
  mL: 'milliliter',
  l: 'liter',
  L: 'liter',
  in: 'inch',
  ft: 'foot',
  oz: 'ounce',
  lb: 'pound',
  '%': 'percent',
};

export function withUnit(n: number, unit: string, language: string): string {
  const known = Object.hasOwn(KNOWN, unit) ? KNOWN[unit] : undefined;
  if (known === undefined) return `${new Intl.NumberFormat(language).format(n)}\u00a0${unit}`;
  return new Intl.NumberFormat(language, { style: 'unit', unit: known })
    .format(n)
    .replace(' ', '\u00a0');
}

/** Splits a name that contains its unit, such as "height (cm)". */
export function splitUnit(name: string): readonly [name: string, unit: string | null] {
  const [, plain, unit] = /^(.+?)\s*\(([^()]{1,8})\)$/.exec(name) ?? [];
  return plain !== undefined && unit !== undefined ? [plain, unit] : [name, null];
}
