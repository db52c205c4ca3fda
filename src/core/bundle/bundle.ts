/** An opened bundle. Its files are read on demand. */

import { describe } from '../describe.ts';
import { SoutuError } from '../errors.ts';
import type { FileRef } from '../file-ref.ts';
import { byId, type IndexedItem, type ItemDetails, type SearchItem } from '../item.ts';
import { lazy } from '../lazy.ts';
import { loadScript } from '../load-script.ts';
import type { BlockRole } from '../parts/blocks.ts';
import type { PartsRoot } from '../parts/root.ts';
import type { PartRef } from '../parts/shard-files.ts';
import type { PartRole } from '../parts/shard-reader.ts';
import type { Space } from '../vector/space.ts';
import { type ArchiveFile, readArchive } from './archive.ts';
import { readColumns, readPlaces } from './columns.ts';
import { DetailBlocks } from './detail-blocks.ts';
import { readDetails, readTitles } from './details.ts';
import { bundleFileName } from './file-names.ts';
import type { HnswGraph } from './hnsw-graph.ts';
import { MANIFEST_FILE, type Manifest, parseManifest } from './manifest.ts';
import { graphOf } from './manifest-files.ts';
import type { BundleCodes } from './read-codes.ts';
import { rowsNow } from './row-edits.ts';
import type { RowFile } from './row-files.ts';
import type { BundleSource } from './source.ts';
import { spaceOf } from './space-of.ts';
import { readSoftRows, readVectors } from './vectors.ts';

/** What pages display of a bundle's items. */
export interface Details {
  /** Files with ranges of rows; none in an index in parts. */
  readonly files: readonly RowFile[];
  /** The details of these rows, in the given order. */
  of(rows: readonly number[]): Promise<readonly ItemDetails[]>;
  /** All details, in the order of the rows. */
  all(): Promise<readonly ItemDetails[]>;
}

export class Bundle {
  readonly manifest: Manifest;
  /** What happens to the model's vectors before they are compared. */
  readonly space: Space;
  readonly details: Details;
  readonly #source: BundleSource;

  private constructor(manifest: Manifest, source: BundleSource) {
    this.manifest = manifest;
    this.space = spaceOf(manifest);
    this.#source = source;
    this.details =
      manifest.index.type === 'parts'
        ? new DetailsByRow(this)
        : new DetailBlocks(manifest.items.details, (ref) => source.read(ref), source.where);
  }

  /** @throws SoutuError `BundleError` or `ModelError`; errors of the source */
  static async open(source: BundleSource): Promise<Bundle> {
    const raw = await source.manifest();
    return new Bundle(parseManifest(raw, `${source.where}/${MANIFEST_FILE}`), source);
  }

  get count(): number {
    return this.manifest.items.count;
  }

  /** The item data that a search needs, sorted by id. */
  async columns(): Promise<SearchItem[]> {
    const { columns: refs } = this.manifest.items;
    const files = await this.#readAll(refs);
    const items = refs.flatMap((ref, i) =>
      readColumns(files[i] as Uint8Array, ref.rows, this.#name(ref)),
    );
    const row = items.findIndex((item, i) => !isAfter(items[i - 1], item));
    if (row >= 0) {
      throw new SoutuError(
        'BundleError',
        `${this.#source.where}: item ${row} (${describe(items[row]?.id)}) does not come after the one before ` +
          'it; items are sorted by id. Build the bundle again.',
      );
    }
    return items;
  }

  /** All items with all fields, sorted by id. Pages load columns, and the details of displayed items only. */
  async items(): Promise<IndexedItem[]> {
    const [columns, details] = await Promise.all([this.columns(), this.details.all()]);
    // Not by a literal with two spreads, which takes 10 times as long.
    return columns.map((item, row) => Object.assign({}, item, details[row] as ItemDetails));
  }

  /** The titles of all items, sorted by id. */
  async titles(): Promise<(string | undefined)[]> {
    if (this.manifest.index.type !== 'parts') {
      return (await this.details.all()).map(({ title }) => title);
    }
    const [titles, positions] = await Promise.all([this.titlesByPosition(), this.positions()]);
    return Array.from(positions, (position) => titles[position]);
  }

  /** The position of each row in an index in parts. */
  async positions(): Promise<readonly number[]> {
    const refs = this.manifest.items.columns;
    const files = await this.#readAll(refs);
    const positions = refs.flatMap((ref, i) =>
      readPlaces(files[i] as Uint8Array, ref.rows, this.#name(ref)),
    );
    const count = this.#places;
    const seen = new Set(positions);
    if (seen.size === positions.length && positions.every((position) => position < count)) {
      return positions;
    }
    throw new SoutuError(
      'BundleError',
      `${this.#source.where}: its columns have a position twice, or one above ${count}. Build the bundle again.`,
    );
  }

  /** What pages display of the items at these positions of an index in parts. */
  async detailsAt(positions: readonly number[]): Promise<ItemDetails[]> {
    return (await this.#placedDetails()).at(positions);
  }

  async detailsByPosition(): Promise<ItemDetails[]> {
    return (await this.#placedDetails()).all();
  }

  /** The titles of all positions of an index in parts. */
  async titlesByPosition(): Promise<(string | undefined)[]> {
    const { RowsByPosition } = await loadScript(import('../parts/rows-by-position.ts'));
    const role = 'titles' as const;
    const own = this.#placed(role);
    const titles = await new RowsByPosition({ role, ...own, decode: readTitles }).all();
    // Titles of added items alone, of an index without titles, come after those that are missing.
    const missing = own.sets.length > 0 ? this.#places - titles.length : 0;
    return missing > 0 ? [...new Array<undefined>(missing), ...titles] : titles;
  }

  readonly #placedDetails = lazy(async () => {
    const { RowsByPosition } = await loadScript(import('../parts/rows-by-position.ts'));
    const role = 'details' as const;
    return new RowsByPosition({ role, ...this.#placed(role), decode: readDetails });
  });

  /** Positions of an index in parts. */
  get #places(): number {
    return this.#placed('details').sets.reduce((sum, { count }) => sum + count, 0);
  }

  #placed(role: BlockRole) {
    const { index } = this.manifest;
    return {
      sets: index.type === 'parts' ? index.parts[role] : [],
      read: (ref: FileRef) => this.#readCached(ref),
      where: this.#source.where,
    };
  }

  /**
   * count × dimension unit vectors, centred if the bundle has a centre. Those of codes are decoded, of a length of
   * about 1: they have the same scores.
   */
  async vectors(): Promise<Float32Array<ArrayBuffer>> {
    const { vectors: refs, dimension } = this.manifest.index;
    const root = await this.partsRoot();
    if (root) {
      const { allVectors } = await loadScript(import('../parts/whole-codes.ts'));
      const rowAt = new Int32Array(root.count).fill(-1);
      for (const [row, position] of (await this.positions()).entries()) rowAt[position] = row;
      return allVectors(root, (role, ref) => this.readPart(role, ref), this.count, rowAt);
    }
    const codes = await this.codes();
    if (codes) {
      const { decodedVectors } = await loadScript(import('./read-codes.ts'));
      return decodedVectors(codes);
    }
    return readVectors(await this.#readAll(refs), refs, dimension, this.#names(refs));
  }

  /** Null if the index is not in parts. */
  async partsRoot(): Promise<PartsRoot | null> {
    const { index } = this.manifest;
    if (index.type !== 'parts') return null;
    const { root, delta } = index.parts;
    const [file, changed, { readRoot }, deltas] = await Promise.all([
      this.#source.read(root),
      delta ? this.#source.read(delta.file) : null,
      loadScript(import('../parts/root.ts')),
      delta ? loadScript(import('../parts/delta.ts')) : null,
    ]);
    const base = readRoot(file, this.#name(root));
    const read =
      delta && deltas
        ? deltas.withDelta(base, changed as Uint8Array, this.#name(delta.file))
        : base;
    const { dimension } = read.layers.fine;
    const count = read.count - (read.changes?.removed.size ?? 0);
    if (count === this.count && dimension === index.dimension) return read;
    throw new SoutuError(
      'BundleError',
      `${this.#name(root)}: it is for ${count} items and vectors of ${dimension} numbers, the manifest says ` +
        `${this.count} and ${index.dimension}. Build the bundle again.`,
    );
  }

  /** Reads a file of an index in parts. */
  readPart(role: PartRole, { bytes, hash }: PartRef): Promise<Uint8Array> {
    return this.#readCached({ file: bundleFileName(role, hash, 'bin'), bytes, sha256: hash });
  }

  /** Whether another release has replaced this one. */
  async isReplaced(): Promise<boolean> {
    return (await this.#source.isReplaced?.(this.manifest)) ?? false;
  }

  /** Like `vectors`, from small copies of the photos; null if the bundle has none. */
  async softVectors(): Promise<Float32Array<ArrayBuffer> | null> {
    const { soft, vectors: own, dimension, type } = this.manifest.index;
    if (!soft) return null;
    const refs = soft.vectors;
    const earlier = readVectors(await this.#readAll(refs), refs, dimension, this.#names(refs));
    if (!soft.edits) return earlier;
    const all = new Float32Array(this.count * dimension);
    rowsNow(soft.edits).forEach((row, i) => {
      if (row >= 0) all.set(earlier.subarray(i * dimension, (i + 1) * dimension), row * dimension);
    });
    for (const ref of own) {
      const added = soft.edits.added.filter(
        (row) => row >= ref.first && row < ref.first + ref.rows,
      );
      if (added.length === 0) continue;
      const file = await this.#source.read(ref);
      const kind = type === 'codes' ? type : 'vectors';
      const vectors = readSoftRows(file, added.length, dimension, this.#name(ref), kind);
      added.forEach((row, i) => {
        all.set(vectors.subarray(i * dimension, (i + 1) * dimension), row * dimension);
      });
    }
    return all;
  }

  /** Null if the index has no codes. */
  async codes(): Promise<BundleCodes | null> {
    const { index } = this.manifest;
    if (index.type !== 'codes') return null;
    const { vectors: refs, dimension } = index;
    const { space } = index.codes;
    const [{ readBundleCodes }, spaceFile, files] = await Promise.all([
      loadScript(import('./read-codes.ts')),
      this.#source.read(space),
      this.#readAll(refs),
    ]);
    return readBundleCodes(spaceFile, this.#name(space), files, refs, this.#names(refs), dimension);
  }

  /** Null if searches compare all rows. */
  async graph(): Promise<HnswGraph | null> {
    const refs = graphOf(this.manifest.index);
    if (refs.length === 0) return null;
    const [files, { readGraphShards }] = await Promise.all([
      this.#readAll(refs),
      loadScript(import('./graph.ts')),
    ]);
    return readGraphShards(files, this.#names(refs));
  }

  weights(): Promise<Uint8Array[]> {
    return this.#readAll(this.manifest.model.weights.files);
  }

  /** The plain vectors with their ids, one file at a time, because a large catalogue may not fit into memory. */
  async *archive(): AsyncGenerator<ArchiveFile> {
    for (const ref of this.manifest.archive) {
      const file = await this.#source.read(ref);
      yield readArchive(file, ref.rows, this.manifest.index.dimension, this.#name(ref));
    }
  }

  /** Reads a file of an index in parts, of which devices keep the last ones only. */
  #readCached(ref: FileRef): Promise<Uint8Array> {
    const source = this.#source;
    return source.readPart ? source.readPart(ref) : source.read(ref);
  }

  #readAll(refs: readonly FileRef[]): Promise<Uint8Array[]> {
    return Promise.all(refs.map((ref) => this.#source.read(ref)));
  }

  #name(ref: FileRef): string {
    return `${this.#source.where}/${ref.file}`;
  }

  #names(refs: readonly FileRef[]): string[] {
    return refs.map((ref) => this.#name(ref));
  }
}

function isAfter(before: SearchItem | undefined, item: SearchItem): boolean {
  return before === undefined || byId(before, item) < 0;
}

/** The details of an index in parts, by row of the catalogue: for builds and servers, which read the columns. */
class DetailsByRow implements Details {
  readonly files = [];
  readonly #bundle: Bundle;
  readonly #positions;

  constructor(bundle: Bundle) {
    this.#bundle = bundle;
    this.#positions = lazy(() => bundle.positions());
  }

  async of(rows: readonly number[]): Promise<readonly ItemDetails[]> {
    const positions = await this.#positions();
    return this.#bundle.detailsAt(rows.map((row) => positions[row] as number));
  }

  async all(): Promise<readonly ItemDetails[]> {
    const [all, positions] = await Promise.all([
      this.#bundle.detailsByPosition(),
      this.#positions(),
    ]);
    return positions.map((position) => all[position] as ItemDetails);
  }
}
