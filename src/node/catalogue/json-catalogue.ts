/** `catalogue.json`: a list of items, or an object with `items` and the page's texts; images relative to the file. */
import { isRecord } from '../../core/check-record.ts';
import { describe } from '../../core/describe.ts';
import { SoutuError } from '../../core/errors.ts';
import { parseItem } from '../../core/item.ts';
import { readCurrency, readDeclared } from './attributes.ts';
import { faultInTexts } from './check-texts.ts';
import type { IiifOptions } from './iiif/iiif-source.ts';
import { readPageTexts } from './page-texts.ts';
import { photoPath } from './photo-path.ts';
import { readJson } from './read-json.ts';
import type { CatalogueSource, SourceItem } from './source.ts';
import type { TableOptions } from './table/options.ts';
import { readThresholds } from './thresholds.ts';
import { unknownCatalogueFields, unknownItemFields } from './unknown-fields.ts';

/**
 * A list whose rows have other names than those of a catalogue is a table.
 * @throws SoutuError `CatalogueError` that names the field
 */
export async function jsonCatalogue(
  path: string,
  { map, photoBase: base, allowPrivate, imageSide }: TableOptions & IiifOptions = {},
): Promise<CatalogueSource> {
  const raw = await readJson(path);
  if (isRecord(raw) && ('@context' in raw || '@type' in raw)) {
    const { isIiif } = await import('./iiif/walk.ts');
    if (isIiif(raw)) {
      if (map !== undefined) refuseMap(path);
      const { openIiif } = await import('./iiif/iiif-source.ts');
      return openIiif(path, { allowPrivate, imageSide }, raw);
    }
  }
  const fields = (Array.isArray(raw) ? { items: raw } : (raw ?? {})) as Record<string, unknown>;
  const { items: rows, ...texts } = fields;
  if (rows === undefined && Array.isArray(texts.products)) {
    const { readShopifyJson } = await import('./feed/shopify-json.ts');
    const { feedSource } = await import('./feed/feed-source.ts');
    const records = readShopifyJson(raw);
    if (records) return feedSource(records, 'products of Shopify', path, base);
  }
  if (!Array.isArray(rows) || rows.length === 0) {
    const got = `got ${describe(raw)}.`;
    return fail(path, `expected a list of items, or an object with a list "items"; ${got}`);
  }
  const fault = faultInTexts(texts);
  if (fault !== null) fail(path, fault);
  const head = {
    page: readPageTexts(texts, path),
    thresholds: readThresholds(fields, path),
    attributes: readDeclared(fields.attributes, path),
    currency: readCurrency(fields.currency, path),
    notes: [],
  };
  const table =
    map !== undefined || haveOtherNames(rows)
      ? (await import('./table/json-table.ts')).jsonTable(
          rows,
          { map, photoBase: base },
          path,
          head,
        )
      : null;
  return {
    name: path,
    head: table?.head ?? head,
    async *items(warn) {
      for (const line of unknownCatalogueFields(fields, path)) warn(line);
      if (table) return yield* table.items(warn);
      for (const line of unknownItemFields(rows, path)) warn(line);
      for (const [i, row] of rows.entries()) yield readRow(row, path, i, base);
    },
  };
}

function refuseMap(path: string): never {
  throw new SoutuError(
    'UsageError',
    `--map names columns of a table, but ${path} is a document of IIIF. Leave it out.`,
  );
}

/** Whether no row has both fields that each item of a catalogue has. */
function haveOtherNames(rows: readonly unknown[]): boolean {
  return rows.every((row) => isRecord(row) && !('id' in row && 'image' in row));
}

function readRow(row: unknown, path: string, index: number, base?: string): SourceItem {
  const place = { file: path, row: `item ${index + 1}` };
  const where = `${place.file}, ${place.row}`;
  const broken = faultInTexts(row);
  if (broken !== null) fail(where, broken);
  const item = parseItem(row, where);
  return { item, place, path: photoPath(item, place, base) };
}

function fail(where: string, what: string): never {
  throw new SoutuError('CatalogueError', `${where}: ${what}`);
}
