import type { IndexedItem } from '../../core/item.ts';

/** An item as two JSON texts: what every hit needs, and what only hits on the page need. */
export function splitItem({ id, group, copyOf, attributes, ...details }: IndexedItem): {
  search: string;
  details: string;
} {
  return {
    search: JSON.stringify({ group, copyOf, attributes }),
    details: JSON.stringify(details),
  };
}

export function joinItem(id: string, search: string, details: string): IndexedItem {
  return { id, ...JSON.parse(search), ...JSON.parse(details) } as IndexedItem;
}
