/** The readers of codes. */
import { type CodeRows, PlainCodeRows } from '../../src/core/codes/code-rows.ts';
import { readCodes, writeCodes } from '../../src/core/codes/row-codes.ts';
import { readSpace, writeSpace } from '../../src/core/codes/space.ts';
import type { CodeTable } from '../../src/core/codes/tables.ts';
import { frequenciesOf } from '../../src/core/model/rans-encode.ts';
import { seededRandom } from '../../src/core/vector/random.ts';
import { createWasmCodeRows } from '../../src/kernel/codes/wasm-code-rows.ts';
import type { Reader } from './reader.ts';

const ROWS = 50;
const DIMENSION = 12;

export async function codesReaders(): Promise<Reader[]> {
  const random = seededRandom(9);
  const tables = [1, 3, 30].map((reach): CodeTable => {
    const counts = Array.from({ length: 2 * reach + 1 }, () => 1 + Math.floor(random() * 50));
    return { columns: 3, lowest: -reach, frequencies: frequenciesOf(counts) };
  });
  const reachOf = (column: number) => [1, 3, 30][Math.floor(column / 3)] as number;
  const codes = Int16Array.from({ length: 9 * ROWS }, (_, i) =>
    Math.round((random() - 0.5) * 2 * reachOf(Math.floor(i / ROWS))),
  );
  const space = {
    dimension: DIMENSION,
    columns: 9,
    mean: new Float32Array(DIMENSION),
    basis: Int8Array.from({ length: 9 * DIMENSION }, () => Math.round((random() - 0.5) * 60)),
    steps: new Float32Array(9).fill(0.01),
    tables,
    encoder: { spread: 0.001, rate: 1e-7, slopes: new Uint8Array(9) },
  };
  const decoders: CodeRows[] = [new PlainCodeRows(tables, ROWS)];
  const inWasm = await createWasmCodeRows(tables, ROWS);
  if (inWasm) decoders.push(inWasm);
  return [
    {
      name: 'space of codes',
      format: 'container',
      seed: writeSpace(space),
      read: (bytes) => readSpace(bytes, 'space'),
    },
    {
      name: 'codes',
      format: 'container',
      seed: writeCodes(codes, ROWS, tables, 1),
      read: (bytes) => {
        const stream = readCodes(bytes, ROWS, 9, 1, 'codes');
        for (const decoder of decoders) decoder.fill(stream, 0, ROWS, 'codes');
      },
    },
  ];
}
