/** A bundle, opened: what its files hold, read when asked for. */

import { describe } from '../describe.ts';
import { messageOf, SoutuError } from '../errors.ts';
import type { FileRef } from '../file-ref.ts';
import { byId, type IndexedItem, parseIndexedItem } from '../item.ts';
import { decodeFloats, decodeUtf8 } from '../text.ts';
import { type HnswGraph, readGraphShards } from './graph.ts';
import { MANIFEST_FILE, type Manifest, parseManifest } from './manifest.ts';
import type { BundleSource } from './source.ts';
import { readVectorShards } from './vectors.ts';

export class Bundle {
  readonly manifest: Manifest;
  /** What queries lose before they are compared; null for the plain cosine. */
  readonly centre: Float32Array | null;
  readonly #source: BundleSource;

  private constructor(manifest: Manifest, source: BundleSource) {
    this.manifest = manifest;
    this.centre = manifest.index.centre === null ? null : decodeFloats(manifest.index.centre);
    this.#source = source;
  }

  /** @throws SoutuError `BundleError`, `ModelError`, and what the source throws */
  static async open(source: BundleSource): Promise<Bundle> {
    const raw = await source.manifest();
    return new Bundle(parseManifest(raw, `${source.where}/${MANIFEST_FILE}`), source);
  }

  /** Rows sorted by id. */
  async items(): Promise<IndexedItem[]> {
    const parts = await Promise.all(
      this.manifest.items.map(async (ref) => {
        const bytes = await this.#source.read(ref);
        try {
          return JSON.parse(decodeUtf8(bytes)) as unknown[];
        } catch (error) {
          return this.#bad(ref, 'is not JSON', error);
        }
      }),
    );
    const items = parts.flat().map((row, i) => this.#item(row, i));
    this.#mustHold('items', items.length);
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

  /** count × dimension unit vectors, centred where there is a centre */
  async vectors(): Promise<Float32Array> {
    const { vectors: refs, dimension } = this.manifest.index;
    const read = readVectorShards(await this.#readAll(refs), this.#names(refs));
    this.#mustHold('vectors', read.count);
    if (read.dimension !== dimension) {
      throw new SoutuError(
        'BundleError',
        `${this.#source.where}: the vectors have ${read.dimension} numbers, the manifest says ` +
          `${dimension}. Build the bundle again.`,
      );
    }
    return read.vectors;
  }

  /** null in a bundle built without a graph */
  async graph(): Promise<HnswGraph | null> {
    const { graph: refs } = this.manifest.index;
    if (refs.length === 0) return null;
    return readGraphShards(await this.#readAll(refs), this.#names(refs));
  }

  weights(): Promise<Uint8Array[]> {
    return this.#readAll(this.manifest.model.weights.files);
  }

  #item(row: unknown, i: number): IndexedItem {
    try {
      return parseIndexedItem(row, `${this.#source.where}, item ${i}`);
    } catch (error) {
      throw new SoutuError('BundleError', `${messageOf(error)} Build the bundle again.`, {
        cause: error,
      });
    }
  }

  #readAll(refs: readonly FileRef[]): Promise<Uint8Array[]> {
    return Promise.all(refs.map((ref) => this.#source.read(ref)));
  }

  #names(refs: readonly FileRef[]): string[] {
    return refs.map((ref) => `${this.#source.where}/${ref.file}`);
  }

  #mustHold(what: string, got: number): void {
    const expected = this.manifest.index.count;
    if (got === expected) return;
    throw new SoutuError(
      'BundleError',
      `${this.#source.where}: the manifest says ${expected} ${what}, its files hold ${got}. ` +
        'Build the bundle again.',
    );
  }

  #bad(ref: FileRef, what: string, cause: unknown): never {
    const message = `${this.#source.where}/${ref.file}: ${what}. Build the bundle again.`;
    throw new SoutuError('BundleError', message, { cause });
  }
}

function isAfter(before: IndexedItem | undefined, item: IndexedItem): boolean {
  return before === undefined || byId(before, item) < 0;
}
