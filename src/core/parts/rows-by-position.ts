import type { FileRef } from '../file-ref.ts';
import type { BlockSet } from './block-set.ts';
import { type BlockRole, blockRef, readBlock } from './blocks.ts';

/** Files that are read at the same time where all of them are. */
const AT_ONCE = 64;

export interface RowsByPositionSource<Row> {
  readonly role: BlockRole;
  /** The positions of a set follow those of the set before. */
  readonly sets: readonly BlockSet[];
  read(ref: FileRef): Promise<Uint8Array>;
  /** @throws SoutuError `BundleError` */
  decode(content: Uint8Array, rows: number, where: string): readonly Row[];
  /** Folder or URL of the bundle, for errors. */
  readonly where: string;
}

/** Rows by position. Each file is read once; decoded rows stay in memory. */
export class RowsByPosition<Row> {
  readonly #source: RowsByPositionSource<Row>;
  readonly #blocks = new Map<string, Promise<readonly Row[]>>();

  constructor(source: RowsByPositionSource<Row>) {
    this.#source = source;
  }

  /**
   * The rows of these positions, in the given order. Their files are read in parallel.
   * @throws SoutuError `BundleError`; errors of the source
   */
  at(positions: readonly number[]): Promise<Row[]> {
    return Promise.all(
      positions.map(async (position) => {
        let rest = position;
        for (const set of this.#source.sets) {
          if (rest < set.count) {
            const block = await this.#block(set, Math.floor(rest / set.rows));
            return block[rest % set.rows] as Row;
          }
          rest -= set.count;
        }
        throw new RangeError(`Position ${position} is after the last one.`);
      }),
    );
  }

  /** All rows, in order of their positions. */
  async all(): Promise<Row[]> {
    const all: Row[] = [];
    for (const set of this.#source.sets) {
      const blocks = Math.ceil(set.count / set.rows);
      for (let first = 0; first < blocks; first += AT_ONCE) {
        const wave = Array.from({ length: Math.min(AT_ONCE, blocks - first) }, (_, i) =>
          this.#block(set, first + i),
        );
        for (const rows of await Promise.all(wave)) for (const row of rows) all.push(row);
      }
    }
    return all;
  }

  #block(set: BlockSet, index: number): Promise<readonly Row[]> {
    const { role, read, decode, where } = this.#source;
    const ref = blockRef(role, set, index);
    const known = this.#blocks.get(ref.sha256);
    if (known) return known;
    const load = async () => {
      const name = `${where}/${ref.file}`;
      const content = await readBlock(await read(ref), role, name);
      return decode(content, Math.min(set.rows, set.count - index * set.rows), name);
    };
    const block = load();
    this.#blocks.set(ref.sha256, block);
    // A failed read is not cached, so that the next search tries again.
    block.catch(() => this.#blocks.delete(ref.sha256));
    return block;
  }
}
