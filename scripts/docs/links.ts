import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { at } from '../package/paths.ts';
import type { Document } from './documents.ts';

/** @returns a line for each link that leads nowhere; links to other hosts are not followed */
export function deadLinks(documents: readonly Document[]): string[] {
  const byPath = new Map(documents.map((document) => [document.path, document]));
  return documents.flatMap(({ path, links }) =>
    links.flatMap(({ href, where }) => {
      if (/^[a-z][a-z0-9+.-]*:/i.test(href)) return [];
      const [file = '', anchor] = href.split('#');
      const target = file === '' ? path : normalize(join(dirname(path), decodeURI(file)));
      if (!existsSync(at(target))) return [`${where}: no file for the link "${href}".`];
      if (!anchor) return [];
      const document = byPath.get(target);
      return document && !document.anchors.has(anchor)
        ? [`${where}: no heading for the link "${href}".`]
        : [];
    }),
  );
}
