/** `catalogue.json`: a list of items, or an object with `items` and the page's texts; images relative to the file. */
import { dirname, resolve } from 'node:path';
import { attributesOf } from '../../core/attribute-info.ts';
import { describe } from '../../core/describe.ts';
import { SoutuError } from '../../core/errors.ts';
import { type Item, parseItem } from '../../core/item.ts';
import {
  readCurrency,
  readDeclared,
  unknownCurrency,
  unusedAttributes,
  withCurrency,
} from './attributes.ts';
import { faultInTexts } from './check-texts.ts';
import type { Catalogue } from './entry.ts';
import { readPageTexts } from './page-texts.ts';
import { readJson } from './read-json.ts';
import { readThresholds } from './thresholds.ts';
import { unknownCatalogueFields, unknownItemFields } from './unknown-fields.ts';

/** @throws SoutuError `CatalogueError` that names the row */
export async function readTable(path: string): Promise<Catalogue> {
  const fail = (where: string, what: string): never => {
    throw new SoutuError('CatalogueError', `${where}: ${what}`);
  };
  const raw = await readJson(path);
  const fields = (Array.isArray(raw) ? { items: raw } : (raw ?? {})) as Record<string, unknown>;
  const { items: rows, ...texts } = fields;
  if (!Array.isArray(rows) || rows.length === 0) {
    const got = `got ${describe(raw)}.`;
    return fail(path, `expected a list of items, or an object with a list "items"; ${got}`);
  }
  const fault = faultInTexts(texts);
  if (fault !== null) fail(path, fault);
  const warnings = [...unknownCatalogueFields(fields, path), ...unknownItemFields(rows, path)];
  const declared = readDeclared(fields.attributes, path);
  const currency = readCurrency(fields.currency, path);
  const byId = new Map<string, Item>();
  rows.forEach((row: unknown, i) => {
    const where = `${path}, item ${i + 1}`;
    const broken = faultInTexts(row);
    if (broken !== null) fail(where, broken);
    const item = parseItem(row, where);
    if (/^[a-z][a-z0-9+.-]+:/i.test(item.image)) {
      fail(
        where,
        `"image" must be a path relative to the catalogue, got ${describe(item.image)}. Photos at URLs ` +
          'cannot be read yet: download them first.',
      );
    }
    if (byId.has(item.id)) {
      warnings.push(`${where}: id ${describe(item.id)} again; it replaces the earlier item.`);
    }
    warnings.push(...unknownCurrency(item, where));
    byId.set(item.id, withCurrency(item, currency));
  });
  const entries = [...byId.values()].map((item) => ({
    item,
    path: resolve(dirname(path), item.image),
  }));
  const thresholds = readThresholds(fields, path);
  const attributes = attributesOf(byId.values(), declared);
  warnings.push(...unusedAttributes(declared, attributes, path));
  return { page: readPageTexts(texts, path), thresholds, attributes, entries, warnings };
}
