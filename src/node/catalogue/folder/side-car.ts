/** What a file beside a photo says about it: `vase.json` or `vase.jpg.json` about `vase.jpg`. */
import { extname } from 'node:path';
import { isRecord } from '../../../core/check-record.ts';
import { describe } from '../../../core/describe.ts';
import { SoutuError } from '../../../core/errors.ts';
import { type Item, parseItem } from '../../../core/item.ts';
import { faultInTexts } from '../check-texts.ts';
import { readJson } from '../read-json.ts';
import { SIDE_CAR_FIELDS } from '../unknown-fields.ts';

/**
 * @param photos paths of the photos in a folder
 * @param others paths of the files in it that are no photos
 * @returns the side-car of each photo that has one. `vase.jpg.json` counts before `vase.json`, which is about all
 * photos called `vase`
 */
export function sideCarsOf(
  photos: readonly string[],
  others: readonly string[],
): ReadonlyMap<string, string> {
  const files = new Map(
    others.flatMap((path) =>
      extname(path).toLowerCase() === '.json' ? [[path.slice(0, -'.json'.length), path]] : [],
    ),
  );
  return new Map(
    photos.flatMap((photo) => {
      const stem = photo.slice(0, photo.length - extname(photo).length);
      const file = files.get(photo) ?? files.get(stem);
      return file === undefined ? [] : [[photo, file]];
    }),
  );
}

/** @throws SoutuError `CatalogueError` that begins with the file */
export async function readSideCar(file: string): Promise<Readonly<Record<string, unknown>>> {
  const fail = (what: string): never => {
    throw new SoutuError('CatalogueError', `${file}: ${what}`);
  };
  const shape = `an object with ${SIDE_CAR_FIELDS.join(', ')}`;
  const raw = await readJson(file, {
    what: 'what is known of the photo beside it, in JSON',
    shape,
  });
  if (!isRecord(raw)) {
    return fail(
      `expected ${shape} of the photo beside it, got ${describe(raw)}. If the file is about something else, ` +
        'rename it.',
    );
  }
  const fault = faultInTexts(raw);
  return fault === null ? raw : fail(fault);
}

/**
 * @param file the side-car
 * @param item what the photo's path says, which the side-car completes and overrides
 * @throws SoutuError `CatalogueError` that begins with the file
 */
export function withSideCar(
  item: Item,
  fields: Readonly<Record<string, unknown>>,
  file: string,
): Item {
  const { attributes } = fields;
  const given = SIDE_CAR_FIELDS.map((name) => [name, fields[name]] as const).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  );
  return parseItem(
    {
      ...item,
      ...Object.fromEntries(given),
      // An attribute of the path goes with `"folder": null`.
      attributes: isRecord(attributes ?? {})
        ? { ...item.attributes, ...(attributes as object | null | undefined) }
        : attributes,
    },
    file,
  );
}
