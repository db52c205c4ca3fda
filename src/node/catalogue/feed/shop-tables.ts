/** The product exports of Shopify and WooCommerce: tables in which a product may take several rows, or a cell several photos. */
import type { Attributes } from '../../../core/item.ts';
import { isEmpty, type Row, type Table } from '../table/rows.ts';
import { type Feed, type FeedRecord, given, priceOf } from './record.ts';

/** @returns null for other tables */
export function readShopTable(table: Table): Feed | null {
  const has = (...names: string[]) => names.every((name) => table.columns.includes(name));
  if (has('Handle', 'Title', 'Image Src')) {
    return { kind: 'a product export of Shopify', records: shopifyRecords(table, SHOPIFY) };
  }
  if (has('URL handle', 'Title', 'Product image URL')) {
    return { kind: 'a product export of Shopify', records: shopifyRecords(table, SHOPIFY_2024) };
  }
  if (has('ID', 'Type', 'SKU', 'Name', 'Images')) {
    return { kind: 'a product export of WooCommerce', records: wooRecords(table) };
  }
  return null;
}

/** https://help.shopify.com/en/manual/products/import-export/using-csv */
const SHOPIFY = {
  handle: 'Handle',
  image: 'Image Src',
  position: 'Image Position',
  price: 'Variant Price',
  published: 'Published',
};
/** The names of its newer exports. */
const SHOPIFY_2024: typeof SHOPIFY = {
  handle: 'URL handle',
  image: 'Product image URL',
  position: 'Image position',
  price: 'Price',
  published: 'Published on online store',
};

const DRAFT = 'it is not published';

/** The first row of a product describes it; further rows with its handle add variants and photos. */
function shopifyRecords(table: Table, names: typeof SHOPIFY): FeedRecord[] {
  const cell = cellsOf(table);
  const products = new Map<string, { first: Row; images: { src: string; position: number }[] }>();
  const records: FeedRecord[] = [];
  for (const row of table.rows) {
    const handle = cell(row, names.handle);
    if (handle === undefined) {
      records.push({ id: undefined, images: [], row: row.name });
      continue;
    }
    const product = products.get(handle) ?? { first: row, images: [] };
    products.set(handle, product);
    const src = cell(row, names.image);
    const position = Number(cell(row, names.position) ?? Number.POSITIVE_INFINITY);
    if (src !== undefined) product.images.push({ src, position });
  }
  for (const [handle, { first, images }] of products) {
    const text = (name: string) => cell(first, name);
    const isHidden =
      /^(draft|archived)$/i.test(text('Status') ?? '') ||
      /^false$/i.test(text(names.published) ?? '');
    records.push({
      id: handle,
      // The sort is stable: photos without a position keep their order.
      images: images.sort((a, b) => a.position - b.position || 0).map(({ src }) => src),
      title: text('Title'),
      url: `/products/${encodeURIComponent(handle)}`,
      attributes: {
        ...priceOf(text(names.price)),
        ...given({ vendor: text('Vendor'), type: text('Type'), tags: listOf(text('Tags')) }),
      },
      row: first.name,
      ...(isHidden ? { leftOut: DRAFT } : {}),
    });
  }
  return records;
}

/** https://woocommerce.com/document/product-csv-importer-exporter/ */
function wooRecords(table: Table): FeedRecord[] {
  const cell = cellsOf(table);
  const idBySku = new Map(table.rows.map((row) => [cell(row, 'SKU'), cell(row, 'ID')]));
  const groupNames = new Set<string | undefined>();
  const parentOf = (row: Row): string | undefined => {
    const parent = cell(row, 'Parent');
    if (parent === undefined) return undefined;
    return parent.startsWith('id:') ? parent.slice(3) : (idBySku.get(parent) ?? parent);
  };
  for (const row of table.rows) groupNames.add(parentOf(row));
  return table.rows.map((row) => {
    const text = (name: string) => cell(row, name);
    const id = text('ID') ?? text('SKU');
    return {
      id,
      images: listOf(text('Images')) ?? [],
      // A product with variations is in the group of its variations.
      group: parentOf(row) ?? (groupNames.has(id) ? id : undefined),
      title: text('Name'),
      attributes: {
        ...priceOf(text('Regular price')?.replace(',', '.')),
        ...priceOf(text('Sale price')?.replace(',', '.')),
        ...given({ categories: categoriesOf(text('Categories')), tags: listOf(text('Tags')) }),
        ...ownAttributes(text),
      },
      row: row.name,
      ...(text('Published') === undefined || text('Published') === '1' ? {} : { leftOut: DRAFT }),
    };
  });
}

/** `Attribute 1 name` and `Attribute 1 value(s)`, and so on. */
function ownAttributes(text: (name: string) => string | undefined): Attributes {
  const found: [string, string | string[]][] = [];
  for (let i = 1; text(`Attribute ${i} name`) !== undefined; i++) {
    const values = listOf(text(`Attribute ${i} value(s)`)) ?? [];
    const [first] = values;
    if (first !== undefined) {
      found.push([text(`Attribute ${i} name`) as string, values.length > 1 ? values : first]);
    }
  }
  return Object.fromEntries(found);
}

/** `Clothing > Hoodies, Sale` becomes Clothing, Hoodies and Sale. */
function categoriesOf(text: string | undefined): string[] | undefined {
  const names = listOf(text)?.flatMap((path) => path.split('>').map((name) => name.trim()));
  return names && [...new Set(names)];
}

/** The parts between commas; one that is part of a value stands behind a backslash. */
function listOf(text: string | undefined): string[] | undefined {
  return text
    ?.split(/(?<!\\),/)
    .map((part) => part.replaceAll('\\,', ',').trim())
    .filter((part) => part !== '');
}

function cellsOf({ columns }: Table): (row: Row, name: string) => string | undefined {
  const indices = new Map(columns.map((name, i) => [name, i]));
  return ({ cells }, name) => {
    const index = indices.get(name);
    const cell = index === undefined ? undefined : cells[index];
    return isEmpty(cell) ? undefined : String(cell);
  };
}
