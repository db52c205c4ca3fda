/** Items that a script has in memory as a source. */
import { isRecord } from '../../../core/check-record.ts';
import { describe } from '../../../core/describe.ts';
import { messageOf, SoutuError } from '../../../core/errors.ts';
import { type Item, parseItem } from '../../../core/item.ts';
import { faultInTexts } from '../check-texts.ts';
import { NO_TEXTS } from '../page-texts.ts';
import { photoPath } from '../photo-path.ts';
import { type CatalogueSource, type Place, type SourceItem, textOf } from '../source.ts';
import { PhotoStore } from '../stored-photos.ts';
import { ITEM_FIELDS, UnknownFields } from '../unknown-fields.ts';

/** The bytes of a photo, at once or piece by piece, as `fetch` and Node's streams give them. */
export type PhotoBytes = Uint8Array | AsyncIterable<Uint8Array>;

/** Gives the bytes of a photo when it is needed: for photos from elsewhere, one after another. */
export interface OpenPhoto {
  open(): PhotoBytes | Promise<PhotoBytes>;
}

/** An item of a script. At least one of `photo` and `image` is there. */
export interface ItemInput extends Omit<Item, 'image'> {
  /** A path, an http(s) URL, bytes, or an object that opens them. Default: the path or URL in `image`. */
  readonly photo?: string | URL | Uint8Array | OpenPhoto;
  /** Published with the item. Default: the path or URL of the photo, or for bytes a name by their contents. */
  readonly image?: string;
}

export type Items = Iterable<ItemInput> | AsyncIterable<ItemInput>;

const NAME = 'items';

/**
 * Bytes are written into the cache at once, so that only one photo is in memory.
 * @param base a folder or a URL to which paths are relative; default: the working folder
 */
export function itemsSource(
  items: Items,
  base?: string,
  store: PhotoStore = new PhotoStore(),
): CatalogueSource {
  return {
    name: NAME,
    head: { page: NO_TEXTS, thresholds: {}, attributes: [], currency: null, notes: [] },
    async *items(warn) {
      const unknown = new UnknownFields([...ITEM_FIELDS, 'photo']);
      let count = 0;
      for await (const input of toAsync(items)) {
        count++;
        const place = { file: NAME, row: `item ${count}` };
        unknown.add(input, place.row);
        yield { place, ...(await itemOf(input, place, base, store)) };
      }
      if (count === 0) {
        throw new SoutuError('CatalogueError', `${NAME}: there are none. Give at least one item.`);
      }
      for (const line of unknown.lines(NAME, 'items')) warn(line);
    },
  };
}

async function itemOf(
  input: unknown,
  place: Place,
  base: string | undefined,
  store: PhotoStore,
): Promise<Omit<SourceItem, 'place'>> {
  const where = textOf(place);
  const fail = (what: string): never => {
    throw new SoutuError('CatalogueError', `${where}: ${what}`);
  };
  if (!isRecord(input)) {
    return fail(`expected an object with "id" and "photo", got ${describe(input)}.`);
  }
  const { photo: given, ...fields } = input;
  const photo = given instanceof URL ? given.href : given;
  const text = faultInTexts(fields);
  if (text !== null) fail(text);
  if (photo === undefined || typeof photo === 'string') {
    const item = parseItem({ ...fields, image: fields.image ?? photo }, where);
    const address = { ...item, image: photo ?? item.image };
    return { item, path: photoPath(address, place, base ?? '.') };
  }
  // Before the photo is opened: a wrong item should not cost a download.
  const named = parseItem({ ...fields, image: fields.image ?? 'photo' }, where);
  const read = isOpenable(photo) ? photo.open.bind(photo) : photo;
  if (typeof read !== 'function' && !(read instanceof Uint8Array)) {
    return fail(
      `"photo" of "${named.id}" must be a path, a URL, bytes or an object with open(), got ${describe(photo)}.`,
    );
  }
  const withImage = (image: string): Item => ({ ...named, image: String(fields.image ?? image) });
  try {
    const bytes = typeof read === 'function' ? await read() : read;
    const { image, path } =
      bytes instanceof Uint8Array ? await store.addBytes(bytes) : await store.add(pieces(bytes));
    return { item: withImage(image), path };
  } catch (error) {
    // The disk of this machine is at fault, not the photo.
    if (error instanceof SoutuError && error.name === 'OutputError') throw error;
    return {
      item: named,
      path: named.image,
      failure: `open() of "${named.id}" failed: ${messageOf(error).replace(/\.$/, '')}.`,
    };
  }
}

function isOpenable(photo: unknown): photo is OpenPhoto {
  return typeof (photo as Partial<OpenPhoto> | null)?.open === 'function';
}

/** @throws TypeError if it gives something else than bytes */
async function* pieces(bytes: unknown): AsyncGenerator<Uint8Array> {
  const isStream = typeof (bytes as AsyncIterable<unknown> | null)?.[Symbol.asyncIterator];
  if (isStream !== 'function') {
    throw new TypeError(`it must give bytes, or pieces of them, got ${describe(bytes)}`);
  }
  for await (const piece of bytes as AsyncIterable<unknown>) {
    if (!(piece instanceof Uint8Array)) {
      throw new TypeError(`it must give pieces of bytes, got ${describe(piece)}`);
    }
    yield piece;
  }
}

async function* toAsync(items: Items): AsyncGenerator<unknown> {
  yield* items;
}
