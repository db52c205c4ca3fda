/** Seeded codes with tables and a space that fit them. */
import type { CodeSpace } from '../../../src/core/codes/space.ts';
import type { CodeTable, CodeTables } from '../../../src/core/codes/tables.ts';
import { floatsToHalves, halvesToFloats } from '../../../src/core/half.ts';
import { frequenciesOf } from '../../../src/core/model/rans-encode.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';

export interface RandomCodes {
  readonly tables: CodeTables;
  /** columns × rows */
  readonly codes: Int16Array;
  readonly rows: number;
  readonly columns: number;
}

/** @param widths for each table how many columns it has, and how far its codes reach on both sides of 0 */
export function randomCodes(
  rows: number,
  widths: readonly (readonly [columns: number, reach: number])[],
  seed = 1,
): RandomCodes {
  const random = seededRandom(seed);
  const columns = widths.reduce((sum, [own]) => sum + own, 0);
  const codes = new Int16Array(columns * rows);
  let at = 0;
  const tables = widths.map(([own, reach]): CodeTable => {
    const counts = new Uint32Array(2 * reach + 1).fill(1);
    for (let i = 0; i < own * rows; i++) {
      const code = Math.round((random() + random() + random() - 1.5) * (reach / 1.5));
      codes[at++] = code;
      counts[code + reach] = (counts[code + reach] as number) + 100;
    }
    return { columns: own, lowest: 0 - reach, frequencies: frequenciesOf(counts) };
  });
  return { tables, codes, rows, columns };
}

export function randomSpace({ tables, columns }: RandomCodes, dimension: number): CodeSpace {
  const random = seededRandom(7);
  const mean = Float32Array.from({ length: dimension }, () => random() / 10);
  return {
    dimension,
    columns,
    mean: halvesToFloats(floatsToHalves(mean)),
    basis: Int8Array.from({ length: columns * dimension }, () => Math.round((random() - 0.5) * 60)),
    steps: Float32Array.from({ length: columns }, () => 0.002 + random() / 100),
    tables,
    encoder: { spread: 0.001, rate: 1e-7, slopes: new Uint8Array(columns).fill(200) },
  };
}
