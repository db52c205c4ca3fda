/** Feeds and lists of pictures as a source. */
import { SoutuError } from '../../../core/errors.ts';
import { parseItem } from '../../../core/item.ts';
import { faultInTexts } from '../check-texts.ts';
import { LeftOut } from '../left-out.ts';
import { NO_TEXTS } from '../page-texts.ts';
import { photoPathBelow } from '../photo-path.ts';
import type { CatalogueSource } from '../source.ts';
import type { FeedRecord } from './record.ts';

/**
 * A thing with several photos becomes several items of one group. Things without an id or a photo are left out and
 * counted.
 * @param kind what the file was recognised as
 * @param base a folder or a URL to which images are relative; default: the folder of the file
 */
export function feedSource(
  records: readonly FeedRecord[],
  kind: string,
  path: string,
  base?: string,
): CatalogueSource {
  return {
    name: path,
    head: {
      page: NO_TEXTS,
      thresholds: {},
      attributes: [],
      currency: null,
      notes: [
        `${path}: read as ${kind} with ${records.length} ${records.length === 1 ? 'entry' : 'entries'}.`,
      ],
    },
    async *items(warn, missing) {
      const leftOut = new LeftOut();
      let count = 0;
      for (const record of records) {
        const { id, row } = record;
        const images = [...new Set(record.images)];
        if (record.leftOut !== undefined) leftOut.add(record.leftOut, row);
        else if (id === undefined) leftOut.add('it has no id', row);
        else if (images.length === 0) {
          leftOut.add('it has no photo', row);
          leftOut.withoutPhoto++;
        } else {
          for (const [i, image] of images.entries()) {
            const place = { file: path, row };
            const item = parseItem(
              rawItem(record, id, image, i, images.length > 1),
              `${path}, ${row}`,
            );
            const fault = faultInTexts(item);
            if (fault !== null) throw new SoutuError('CatalogueError', `${path}, ${row}: ${fault}`);
            count++;
            yield { item, place, path: photoPathBelow(item, place, base) };
          }
        }
      }
      const lines = leftOut.lines();
      if (count === 0) {
        throw new SoutuError(
          'CatalogueError',
          [`${path}: no items in ${kind}.`, ...lines].join(' '),
        );
      }
      for (const line of lines) warn(`${path}: ${line}`);
      missing?.(leftOut.withoutPhoto);
    },
  };
}

function rawItem(
  { group, title, url, attributes }: FeedRecord,
  id: string,
  image: string,
  index: number,
  hasSeveral: boolean,
): unknown {
  return {
    id: index === 0 ? id : `${id}/${index + 1}`,
    image,
    group: group ?? (hasSeveral ? id : undefined),
    title,
    url,
    attributes,
  };
}
