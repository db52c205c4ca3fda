/**
 * The fields of a catalogue that describe its attributes:
 *
 *     "attributes": { "glaze": "Glaze",                                                 a label
 *                     "height": { "label": { "en": "Height", "de": "Höhe" }, "unit": "cm" },
 *                     "colour": { "swatch": { "Sea green": "#4a8a7c" } } },
 *     "currency": "EUR"
 */
import { type AttributeInfo, type DeclaredAttribute, isSwatch } from '../../core/attribute-info.ts';
import { isRecord } from '../../core/check-record.ts';
import { describe } from '../../core/describe.ts';
import { SoutuError } from '../../core/errors.ts';
import type { Item } from '../../core/item.ts';
import { nearestName } from '../../core/nearest-name.ts';
import { isLanguage } from './language.ts';

const FIELDS = ['label', 'unit', 'swatch'];
/** A unit is a symbol behind a number; a longer text is a mistake. */
const MAX_UNIT = 16;

/**
 * @param raw the catalogue's `attributes`
 * @param where the catalogue's file
 * @throws SoutuError `CatalogueError` that names the attribute
 */
export function readDeclared(raw: unknown, where: string): DeclaredAttribute[] {
  const fail = (what: string): never => {
    throw new SoutuError('CatalogueError', `${where}: ${what}`);
  };
  if (raw === undefined || raw === null) return [];
  if (!isRecord(raw)) {
    return fail(
      '"attributes" must be an object with a label, or { label, unit, swatch }, for each attribute, ' +
        `got ${describe(raw)}.`,
    );
  }
  return Object.entries(raw).map(([key, value]): DeclaredAttribute => {
    const name = key.normalize('NFC');
    const at = `"attributes.${key}`;
    if (typeof value === 'string' && value !== '') return { name, label: value };
    if (!isRecord(value)) {
      return fail(`${at}" must be a label, or { label, unit, swatch }, got ${describe(value)}.`);
    }
    for (const field of Object.keys(value)) {
      if (FIELDS.includes(field)) continue;
      const nearest = nearestName(field, FIELDS);
      fail(
        `${at}" has an unknown field "${field}"; ` +
          (nearest ? `did you mean "${nearest}"?` : `expected ${FIELDS.join(', ')}.`),
      );
    }
    const { label, unit, swatch } = value;
    if (unit !== undefined && !(typeof unit === 'string' && unit && unit.length <= MAX_UNIT)) {
      fail(
        `${at}.unit" must be a symbol of at most ${MAX_UNIT} characters, such as "cm", got ${describe(unit)}.`,
      );
    }
    if (label !== undefined) checkLabel(label, `${at}.label`, fail);
    if (swatch !== undefined && !isSwatch(swatch)) {
      fail(
        `${at}.swatch" must be { value: colour } with colours in hex, such as "#4a8a7c", got ${describe(swatch)}.`,
      );
    }
    return {
      name,
      ...(label === undefined ? {} : { label: label as string | Record<string, string> }),
      ...(unit === undefined ? {} : { unit: unit as string }),
      ...(swatch === undefined ? {} : { swatch: composed(swatch as Record<string, string>) }),
    };
  });
}

/** Values of items are in this form, too. */
function composed(swatch: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(swatch).map(([value, colour]) => [value.normalize('NFC'), colour]),
  );
}

function checkLabel(label: unknown, at: string, fail: (what: string) => never): void {
  if (typeof label === 'string' && label !== '') return;
  if (!isRecord(label) || Object.keys(label).length === 0) {
    fail(`${at}" must be a text, or a text per language, got ${describe(label)}.`);
  }
  for (const [tag, text] of Object.entries(label as Record<string, unknown>)) {
    if (!isLanguage(tag)) {
      fail(`${at}" has texts by language as in "de" or "zh-Hant", got ${describe(tag)}.`);
    }
    if (typeof text !== 'string' || text === '') {
      fail(`${at}.${tag}" must be a text, got ${describe(text)}.`);
    }
  }
}

/** A warning for each declared attribute that no item has: it is probably misspelled. */
export function unusedAttributes(
  declared: readonly DeclaredAttribute[],
  used: readonly AttributeInfo[],
  where: string,
): string[] {
  const names = used.map(({ name }) => name);
  return declared
    .filter(({ name }) => !names.includes(name))
    .map(({ name }) => {
      const nearest = nearestName(name, names);
      return (
        `${where}: "attributes.${name}" is ignored, because no item has this attribute` +
        (nearest ? `; did you mean "${nearest}"?` : '.')
      );
    });
}

/**
 * @returns the catalogue's currency, an ISO 4217 code; null if it has none
 * @throws SoutuError `CatalogueError`
 */
export function readCurrency(raw: unknown, where: string): string | null {
  if (raw === undefined || raw === null || raw === '') return null;
  if (isCurrency(raw)) return raw.toUpperCase();
  throw new SoutuError(
    'CatalogueError',
    `${where}: "currency" must be a currency code of three letters (ISO 4217), such as "EUR", got ${describe(raw)}.`,
  );
}

/** Gives the catalogue's currency to an item that has a price and no currency of its own. */
export function withCurrency(item: Item, currency: string | null): Item {
  const { attributes } = item;
  if (currency === null || typeof attributes?.price !== 'number') return item;
  if (Object.hasOwn(attributes, 'currency')) return item;
  return { ...item, attributes: { ...attributes, currency } };
}

/** A warning if an item's currency is not a code, because its price is then displayed without one. */
export function unknownCurrency({ id, attributes }: Item, where: string): string[] {
  const currency = attributes && Object.hasOwn(attributes, 'currency') && attributes.currency;
  if (typeof attributes?.price !== 'number' || currency === false || isCurrency(currency))
    return [];
  return [
    `${where}: "currency" of "${id}" is not a currency code such as "EUR" (it is ${describe(currency)}), so its ` +
      'price is displayed without a currency.',
  ];
}

function isCurrency(value: unknown): value is string {
  if (typeof value !== 'string' || !/^[a-z]{3}$/i.test(value)) return false;
  return Intl.supportedValuesOf('currency').includes(value.toUpperCase());
}
