/** One layer of codes in one file: bytes a picture, and recall of queries that no build has seen. */
import { readCodes, spaceId } from '../../../src/core/codes/row-codes.ts';
import { QueryCoder, scoreOf } from '../../../src/core/codes/score.ts';
import { readSpace } from '../../../src/core/codes/space.ts';
import { createWasmCodeRows } from '../../../src/kernel/codes/wasm-code-rows.ts';
import { codeFiles, makeCodes } from '../../../src/node/build/index/make-codes.ts';
import { rowSourceOf } from '../../../src/node/build/index/row-source.ts';
import { best, K, type Vectors } from './vectors.ts';

export interface WholeFile {
  readonly bytesPerPicture: number;
  /** The part of the space, which every catalogue has once. */
  readonly spaceBytes: number;
  /** recall@10 against the exact list, of the queries of the data set. */
  readonly recall10: number;
  /** What the build itself expects, from photos of the catalogue. */
  readonly expected10: number;
  /** Largest and root mean squared difference to the exact scores of the nearest rows. */
  readonly scoreError: { readonly largest: number; readonly rms: number };
  readonly buildSeconds: number;
  /** Of all threads: what two cores take is about half of it, whatever else the machine does. */
  readonly processorSeconds: number;
  readonly files: { readonly space: Uint8Array; readonly codes: Uint8Array };
}

export async function wholeFile(
  vectors: Vectors,
  recall: number,
  threads?: number,
): Promise<WholeFile> {
  const { base, queries, exact, count, dimension } = vectors;
  const start = performance.now();
  const startCpu = process.cpuUsage();
  const made = await makeCodes(rowSourceOf(base, dimension), {
    recall,
    ranges: [[0, count]],
    ...(threads ? { threads } : {}),
  });
  const { user, system } = process.cpuUsage(startCpu);
  const buildSeconds = (performance.now() - start) / 1000;
  if (!made) throw new Error(`No codes have a recall of ${recall}.`);
  const [file] = codeFiles(made);
  const codes = file?.bytes as Uint8Array;
  // From here on what a page does with the bytes.
  const space = readSpace(made.spaceBytes, 'space');
  const rows = await createWasmCodeRows(space.tables, count);
  if (!rows) throw new Error('WebAssembly with SIMD is missing here.');
  rows.fill(
    readCodes(codes, count, space.columns, spaceId(made.spaceBytes), 'codes'),
    0,
    count,
    'codes',
  );
  const coder = new QueryCoder(space);
  let hits = 0;
  let largest = 0;
  let squares = 0;
  queries.forEach((query, q) => {
    const coded = coder.code(query);
    const sums = rows.sums(coded.weights);
    const wanted = exact[q] as readonly number[];
    hits += best(count, (row) => sums[row] as number).filter((row) => wanted.includes(row)).length;
    for (const row of wanted) {
      let score = 0;
      for (let i = 0; i < dimension; i++)
        score += (base[row * dimension + i] as number) * (query[i] as number);
      const error = Math.abs(scoreOf(sums[row] as number, coded) - score);
      largest = Math.max(largest, error);
      squares += error * error;
    }
  });
  const compared = queries.length * K;
  return {
    bytesPerPicture: (made.spaceBytes.length + codes.length) / count,
    spaceBytes: made.spaceBytes.length,
    recall10: hits / compared,
    expected10: made.recall10,
    scoreError: { largest, rms: Math.sqrt(squares / compared) },
    buildSeconds,
    processorSeconds: (user + system) / 1e6,
    files: { space: made.spaceBytes, codes },
  };
}
