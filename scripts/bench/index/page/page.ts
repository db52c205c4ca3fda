/** The browser side of `npm run bench -- index`. */
import { readCodes, spaceId } from '../../../../src/core/codes/row-codes.ts';
import { readSpace } from '../../../../src/core/codes/space.ts';
import { frequenciesOf } from '../../../../src/core/model/rans-encode.ts';
import { seededRandom } from '../../../../src/core/vector/random.ts';
import { createCodeRanking } from '../../../../src/kernel/codes/code-ranking.ts';
import { createWasmCodeRows } from '../../../../src/kernel/codes/wasm-code-rows.ts';
import { speeds } from './speeds.ts';

/** Milliseconds of each, the least of all rounds, alternating so that a slow moment affects both. */
function alternate<Name extends string>(
  work: Readonly<Record<Name, () => void>>,
  rounds: number,
): Record<Name, number> {
  const names = Object.keys(work) as Name[];
  const least = Object.fromEntries(names.map((name) => [name, Number.POSITIVE_INFINITY]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const start = performance.now();
      work[name]();
      least[name] = Math.min(least[name] as number, performance.now() - start);
    }
  }
  return least as Record<Name, number>;
}

/** The best of codes of one byte in WebAssembly, as searches find them, and dot products of f32 in unrolled JavaScript. */
async function scan(rows: number, dimension: number, rounds: number) {
  const random = seededRandom(1);
  const table = {
    columns: dimension,
    lowest: -127,
    frequencies: frequenciesOf(new Array(255).fill(1)),
  };
  const codes = await createWasmCodeRows([table], rows);
  const basis = { basis: new Int8Array(dimension), columns: 1, dimension };
  const ranking = codes && (await createCodeRanking(codes, basis));
  if (!ranking) throw new Error('WebAssembly with SIMD is missing in this browser.');
  const weights = Int16Array.from({ length: dimension }, () =>
    Math.round((random() - 0.5) * 60_000),
  );
  const floats = Float32Array.from({ length: rows * dimension }, random);
  const query = Float32Array.from({ length: dimension }, random);
  const out = new Float32Array(rows);
  return alternate(
    {
      codes: () =>
        void ranking.best({ weights, offset: 0, unit: 1 }, 10, Number.NEGATIVE_INFINITY, null),
      floats: () => {
        for (let row = 0, at = 0; row < rows; row++) {
          let a = 0;
          let b = 0;
          let c = 0;
          let d = 0;
          for (let i = 0; i < dimension; i += 4, at += 4) {
            a += (floats[at] as number) * (query[i] as number);
            b += (floats[at + 1] as number) * (query[i + 1] as number);
            c += (floats[at + 2] as number) * (query[i + 2] as number);
            d += (floats[at + 3] as number) * (query[i + 3] as number);
          }
          out[row] = a + b + c + d;
        }
      },
    },
    rounds,
  );
}

/** From the bytes of the files to codes in memory; without compiling WebAssembly, which the least time excludes. */
async function decode(rows: number, rounds: number): Promise<{ ms: number; bytes: number }> {
  const load = async (name: string) =>
    new Uint8Array(await (await fetch(`/codes/${name}`)).arrayBuffer());
  const [spaceFile, codesFile] = [await load('space.bin'), await load('codes.bin')];
  let ms = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    const space = readSpace(spaceFile, 'space.bin');
    const stream = readCodes(codesFile, rows, space.columns, spaceId(spaceFile), 'codes.bin');
    const codes = await createWasmCodeRows(space.tables, rows);
    codes?.fill(stream, 0, rows, 'codes.bin');
    ms = Math.min(ms, performance.now() - start);
  }
  return { ms, bytes: spaceFile.length + codesFile.length };
}

const bench = { scan, decode, speeds };
export type Bench = typeof bench;
Object.assign(globalThis, { bench });
