/** The vectors and thumbnails in the archive of the previous release: the one in the folder, or that of `--previous`. */
import type { ArchivedThumb } from '../../../core/bundle/archive.ts';
import { type MadeWith, type ReusableRows, readReusable } from '../../../core/bundle/archive.ts';
import type { Manifest } from '../../../core/bundle/manifest.ts';
import type { BundleSource } from '../../../core/bundle/source.ts';
import { messageOf } from '../../../core/errors.ts';
import { difference } from './made-with.ts';
import type { PhotoVectors } from './photos/photo-record.ts';

export class PreviousArchive {
  readonly #dimension: number;
  readonly #files: readonly ReusableRows[];
  /** File and row of each photo, by its SHA-256. */
  readonly #places = new Map<string, readonly [file: number, row: number]>();
  readonly #hasVectors: boolean;
  readonly #hasThumbs: boolean;

  private constructor(
    files: readonly ReusableRows[],
    dimension: number,
    has: { readonly vectors: boolean; readonly thumbs: boolean },
  ) {
    this.#files = files;
    this.#dimension = dimension;
    this.#hasVectors = has.vectors;
    this.#hasThumbs = has.thumbs;
    files.forEach(({ photos }, file) => {
      photos.forEach(({ sha256 }, row) => {
        if (!this.#places.has(sha256)) this.#places.set(sha256, [file, row]);
      });
    });
  }

  /**
   * @param made what this build's vectors and thumbnails are made with
   * @param expected numbers of a vector
   * @param tell takes a line if nothing, or not everything, can be taken from the release
   * @returns null if nothing can
   */
  static async open(
    source: BundleSource,
    manifest: Manifest,
    made: MadeWith,
    expected: number,
    tell: (line: string) => void,
  ): Promise<PreviousArchive | null> {
    const { dimension } = manifest.index;
    if (dimension !== manifest.model.dimension || dimension !== expected) {
      tell(
        `No vectors are taken from the previous release: they have ${dimension} numbers, the model's ${expected}.`,
      );
      return null;
    }
    const files: ReusableRows[] = [];
    try {
      for (const ref of manifest.archive) {
        const where = `${source.where}/${ref.file}`;
        const rows = readReusable(await source.read(ref), ref.rows, dimension, where);
        // The archive of an older version. Photos in the cache are found by their content.
        if (!rows) return null;
        files.push(rows);
      }
    } catch (error) {
      tell(`No vectors are taken from the previous release: ${messageOf(error)}`);
      return null;
    }
    const vectors = firstDifference(files, made, 'vectors');
    const thumbs = firstDifference(files, made, 'thumbs');
    if (vectors) tell(`No vectors are taken from the previous release: ${vectors}.`);
    if (thumbs) tell(`No thumbnails are taken from the previous release: ${thumbs}.`);
    if (vectors && thumbs) return null;
    return new PreviousArchive(files, dimension, { vectors: !vectors, thumbs: !thumbs });
  }

  /** @param photo SHA-256 of its file */
  vectors(photo: string): PhotoVectors | null {
    const place = this.#hasVectors ? this.#places.get(photo) : undefined;
    if (!place) return null;
    const { photos, vectors, soft } = this.#files[place[0]] as ReusableRows;
    const [, row] = place;
    const rowOf = (all: Uint16Array) =>
      all.subarray(row * this.#dimension, (row + 1) * this.#dimension);
    const {
      pixels,
      print,
      trimmed = false,
      damage = null,
    } = photos[row] as (typeof photos)[number];
    if (print === undefined) return null;
    return {
      plain: rowOf(vectors),
      soft: soft && rowOf(soft),
      pixels,
      print,
      isTrimmed: trimmed,
      damage,
    };
  }

  /** @param photo SHA-256 of its file */
  thumb(photo: string): ArchivedThumb | null {
    const place = this.#hasThumbs ? this.#places.get(photo) : undefined;
    return (place && this.#files[place[0]]?.photos[place[1]]?.thumb) ?? null;
  }
}

function firstDifference(
  files: readonly ReusableRows[],
  made: MadeWith,
  kind: keyof MadeWith,
): string | null {
  for (const file of files) {
    const found = difference(file.made[kind], made[kind]);
    if (found !== null) return found;
  }
  return null;
}
