import type { FileRef } from '../file-ref.ts';
import type { ItemDetails } from '../item.ts';
import { readDetails } from './details.ts';
import type { RowFile } from './row-files.ts';

/** The details of a bundle's items, loaded file by file. Each file is read once; decoded rows stay in memory. */
export class DetailBlocks {
  readonly files: readonly RowFile[];
  readonly #read: (ref: FileRef) => Promise<Uint8Array>;
  readonly #where: string;
  readonly #blocks = new Map<RowFile, Promise<readonly ItemDetails[]>>();

  /** @param where folder or URL of the bundle, for errors */
  constructor(
    files: readonly RowFile[],
    read: (ref: FileRef) => Promise<Uint8Array>,
    where: string,
  ) {
    this.files = files;
    this.#read = read;
    this.#where = where;
  }

  /**
   * Returns the details of these rows, in the given order. Their files are read in parallel.
   * @throws SoutuError `BundleError`; errors of the source
   */
  of(rows: readonly number[]): Promise<ItemDetails[]> {
    return Promise.all(
      rows.map(async (row) => {
        const file = this.#fileOf(row);
        return (await this.#block(file))[row - file.first] as ItemDetails;
      }),
    );
  }

  /** All details, in the order of the rows. */
  async all(): Promise<ItemDetails[]> {
    return (await Promise.all(this.files.map((file) => this.#block(file)))).flat();
  }

  #fileOf(row: number): RowFile {
    let low = 0;
    let high = this.files.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.files[middle] as RowFile).first <= row) low = middle;
      else high = middle - 1;
    }
    return this.files[low] as RowFile;
  }

  #block(file: RowFile): Promise<readonly ItemDetails[]> {
    const known = this.#blocks.get(file);
    if (known) return known;
    const block = this.#read(file).then((bytes) =>
      readDetails(bytes, file.rows, `${this.#where}/${file.file}`),
    );
    this.#blocks.set(file, block);
    // A failed read is not cached, so that the next search retries it.
    block.catch(() => this.#blocks.delete(file));
    return block;
  }
}
