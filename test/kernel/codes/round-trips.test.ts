/**
 * Encoding and decoding, for random shapes: what a plain decoder of another kind, WebAssembly and JavaScript get from a stream is
 * what was written. Rows from none on, up to 600 columns, tables whose codes occur once in thousands, codes at both ends.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CodeRows, PlainCodeRows } from '../../../src/core/codes/code-rows.ts';
import { ransTablesOf, readCodes, writeCodes } from '../../../src/core/codes/row-codes.ts';
import {
  type CodeTable,
  type CodeTables,
  readTables,
  tableOfColumns,
  writeTables,
} from '../../../src/core/codes/tables.ts';
import { encodeRans } from '../../../src/core/model/rans-encode.ts';
import { CodeDecoder } from '../../../src/core/parts/code-decoder.ts';
import { readFineFile, writeFineFile } from '../../../src/core/parts/shard-files.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';
import { createWasmLayer } from '../../../src/kernel/codes/layer-codes.ts';
import { createWasmCodeRows } from '../../../src/kernel/codes/wasm-code-rows.ts';
import { plainCodes } from '../../support/codes/plain-rans.ts';

const TOTAL = 1 << 14;

/** A table where `common` codes share nearly everything, and each of the others has a frequency of 1. */
function tableOf(columns: number, lowest: number, symbols: number, common: number): CodeTable {
  const frequencies = new Uint16Array(symbols).fill(1);
  const rest = TOTAL - symbols;
  const many = Math.min(common, symbols);
  for (let i = 0; i < many; i++) {
    const at = Math.floor((i * symbols) / many);
    frequencies[at] = 1 + Math.floor(rest / many) + (i === 0 ? rest % many : 0);
  }
  return { columns, lowest, frequencies };
}

const tables = fc
  .array(
    fc.record({
      columns: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 200 })),
      lowest: fc.integer({ min: -2047, max: 2047 }),
      symbols: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 40 }), fc.constant(4095)),
      common: fc.constantFrom(1, 2, 7),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map(
    (list): CodeTables =>
      list.map(({ columns, lowest, symbols, common }) => {
        const own = Math.min(symbols, 4095);
        return tableOf(columns, Math.min(lowest, 2047 - own + 1), own, common);
      }),
  );

/** Columns × rows: common codes, now and then a rare one, the lowest and the highest. */
function codesFor(list: CodeTables, rows: number, seed: number): Int16Array {
  const random = seededRandom(seed);
  return Int16Array.from(
    list.flatMap(({ columns, lowest, frequencies }) =>
      Array.from({ length: columns * rows }, () => {
        const kind = random();
        if (kind < 0.05) return lowest;
        if (kind < 0.1) return lowest + frequencies.length - 1;
        if (kind < 0.2) return lowest + Math.floor(random() * frequencies.length);
        return lowest + Math.max(0, frequencies.indexOf(Math.max(...frequencies.subarray(0, 64))));
      }),
    ),
  );
}

const shapes = [
  tables,
  fc.oneof(fc.constantFrom(0, 1, 2, 3, 4, 5), fc.integer({ min: 0, max: 60 })),
  fc.integer(),
] as const;

const byRow = (codes: ArrayLike<number>, rows: number, columns: number) =>
  Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    return codes[column * rows + row];
  });

test('files of whole codes come back, by three decoders', async () => {
  await fc.assert(
    fc.asyncProperty(...shapes, async (list, rows, seed) => {
      const columns = list.reduce((sum, table) => sum + table.columns, 0);
      expect(readTables(writeTables(list), columns, 'f')).toEqual(list);
      const codes = codesFor(list, rows, seed);
      const stream = readCodes(writeCodes(codes, rows, list, 5), rows, columns, 5, 'f');
      expect(plainCodes(stream, list, rows)).toEqual([...codes]);
      const inWasm = (await createWasmCodeRows(list, rows)) as CodeRows;
      for (const decoded of [inWasm, new PlainCodeRows(list, rows)]) {
        decoded.fill(stream, 0, rows, 'f');
        const all = Array.from({ length: rows }, (_, row) => [...decoded.codesOf(row)]).flat();
        expect(all).toEqual(byRow(codes, rows, columns));
      }
    }),
    { seed: 2026, numRuns: 60 },
  );
});

test('files of a shard come back, by three decoders', async () => {
  await fc.assert(
    fc.asyncProperty(...shapes, async (list, rows, seed) => {
      const columns = list.reduce((sum, table) => sum + table.columns, 0);
      const codes = codesFor(list, rows, seed);
      const written = encodeRans(codes, ransTablesOf(list), tableOfColumns(list));
      const stream = readFineFile(writeFineFile(rows, written), rows, 'f');
      expect(plainCodes(stream, list, rows)).toEqual([...codes]);
      const inWasm = await createWasmLayer(list);
      for (const decoder of [inWasm, new CodeDecoder(list)]) {
        expect([...(decoder?.decode(stream, rows, 'f') ?? [])]).toEqual(
          byRow(codes, rows, columns),
        );
      }
    }),
    { seed: 2027, numRuns: 60 },
  );
});
