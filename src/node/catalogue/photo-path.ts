import { describe } from '../../core/describe.ts';
import { SoutuError } from '../../core/errors.ts';
import type { Item } from '../../core/item.ts';
import { type Place, textOf } from './source.ts';

/** @throws SoutuError `CatalogueError` if the photo is at a URL */
export function refuseUrl({ image }: Item, place: Place): void {
  if (!/^[a-z][a-z0-9+.-]+:/i.test(image)) return;
  throw new SoutuError(
    'CatalogueError',
    `${textOf(place)}: "image" must be a path relative to the catalogue, got ${describe(image)}. Photos at URLs ` +
      'cannot be read yet: download them first.',
  );
}
