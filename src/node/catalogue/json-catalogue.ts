/** `catalogue.json`: a list of items, or an object with `items` and the page's texts; images relative to the file. */
import { dirname, resolve } from 'node:path';
import { describe } from '../../core/describe.ts';
import { SoutuError } from '../../core/errors.ts';
import { parseItem } from '../../core/item.ts';
import { readCurrency, readDeclared } from './attributes.ts';
import { faultInTexts } from './check-texts.ts';
import { readPageTexts } from './page-texts.ts';
import { readJson } from './read-json.ts';
import type { CatalogueSource, SourceItem } from './source.ts';
import { readThresholds } from './thresholds.ts';
import { unknownCatalogueFields, unknownItemFields } from './unknown-fields.ts';

/** @throws SoutuError `CatalogueError` that names the field */
export async function jsonCatalogue(path: string): Promise<CatalogueSource> {
  const raw = await readJson(path);
  const fields = (Array.isArray(raw) ? { items: raw } : (raw ?? {})) as Record<string, unknown>;
  const { items: rows, ...texts } = fields;
  if (!Array.isArray(rows) || rows.length === 0) {
    const got = `got ${describe(raw)}.`;
    return fail(path, `expected a list of items, or an object with a list "items"; ${got}`);
  }
  const fault = faultInTexts(texts);
  if (fault !== null) fail(path, fault);
  return {
    name: path,
    head: {
      page: readPageTexts(texts, path),
      thresholds: readThresholds(fields, path),
      attributes: readDeclared(fields.attributes, path),
      currency: readCurrency(fields.currency, path),
    },
    async *items(warn) {
      for (const line of unknownCatalogueFields(fields, path)) warn(line);
      for (const line of unknownItemFields(rows, path)) warn(line);
      for (const [i, row] of rows.entries()) yield readRow(row, path, i);
    },
  };
}

function readRow(row: unknown, path: string, index: number): SourceItem {
  const place = { file: path, row: `item ${index + 1}` };
  const where = `${place.file}, ${place.row}`;
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
  return { item, place, path: resolve(dirname(path), item.image) };
}

function fail(where: string, what: string): never {
  throw new SoutuError('CatalogueError', `${where}: ${what}`);
}
