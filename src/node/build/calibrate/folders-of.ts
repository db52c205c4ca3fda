import type { SearchItem } from '../../../core/item.ts';

/** The innermost folder of each item; an item outside of all folders counts alone. Null if no item has a folder. */
export function foldersOf(items: readonly SearchItem[]): string[] | null {
  const folders = items.map(({ id, attributes }) => {
    const folder = attributes?.folder;
    const innermost = Array.isArray(folder) ? folder.at(-1) : folder;
    return typeof innermost === 'string' ? `/${innermost}` : id;
  });
  return folders.some((folder) => folder.startsWith('/')) ? folders : null;
}
