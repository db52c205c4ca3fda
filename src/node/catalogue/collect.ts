import { attributesOf } from '../../core/attribute-info.ts';
import { describe } from '../../core/describe.ts';
import { unknownCurrency, unusedAttributes, withCurrency } from './attributes.ts';
import type { Catalogue, Entry } from './entry.ts';
import { type CatalogueSource, textOf } from './source.ts';

/**
 * Reads all items of a source. Of several items with one id, the last one counts, in the place of the first.
 * @throws SoutuError `CatalogueError` that begins with the place
 */
export async function collect(source: CatalogueSource): Promise<Catalogue> {
  const { name, head } = source;
  const warnings: string[] = [];
  const byId = new Map<string, Entry>();
  let withoutPhoto = 0;
  const all = source.items(
    (line) => warnings.push(line),
    (count) => {
      withoutPhoto = count;
    },
  );
  for await (const { item, place, path, failure } of all) {
    const where = textOf(place);
    if (byId.has(item.id)) {
      warnings.push(
        `${where}: the id ${describe(item.id)} occurs again. This item replaces the earlier one; give one of them another id.`,
      );
    }
    warnings.push(...unknownCurrency(item, where));
    byId.set(item.id, {
      item: withCurrency(item, head.currency),
      path,
      place,
      ...(failure === undefined ? {} : { failure }),
    });
  }
  const entries = [...byId.values()];
  const attributes = attributesOf(
    entries.map(({ item }) => item),
    head.attributes,
  );
  warnings.push(...unusedAttributes(head.attributes, attributes, name));
  const { page, thresholds, notes, servedBelow } = head;
  const place = servedBelow === undefined ? {} : { servedBelow };
  return { page, thresholds, notes, ...place, attributes, entries, warnings, withoutPhoto };
}
