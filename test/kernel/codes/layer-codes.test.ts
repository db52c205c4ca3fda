/** Shards decoded and scanned in WebAssembly and in plain JavaScript: the same codes, sums and refusals. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ransTablesOf } from '../../../src/core/codes/row-codes.ts';
import { tableOfColumns } from '../../../src/core/codes/tables.ts';
import { encodeRans } from '../../../src/core/model/rans-encode.ts';
import { CodeDecoder, type LayerCodes } from '../../../src/core/parts/code-decoder.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';
import { createWasmLayer } from '../../../src/kernel/codes/layer-codes.ts';
import { type RandomCodes, randomCodes } from '../../support/codes/random-codes.ts';

async function both({ tables }: RandomCodes): Promise<readonly [LayerCodes, LayerCodes]> {
  const inWasm = await createWasmLayer(tables);
  if (!inWasm) throw new Error('WebAssembly with SIMD is missing here.');
  return [inWasm, new CodeDecoder(tables)];
}

const streamOf = ({ codes, tables }: RandomCodes) =>
  encodeRans(codes, ransTablesOf(tables), tableOfColumns(tables));

const widths = fc.array(
  fc.tuple(
    fc.integer({ min: 1, max: 40 }),
    fc.oneof(fc.integer({ min: 0, max: 127 }), fc.integer({ min: 0, max: 2047 })),
  ),
  { minLength: 1, maxLength: 5 },
);

test('shards of any shape, one after another', async () => {
  await fc.assert(
    fc.asyncProperty(
      widths,
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 4 }),
      fc.integer(),
      async (list, counts, seed) => {
        const most = Math.max(...counts);
        const made = randomCodes(most, list, seed);
        const [inWasm, plain] = await both(made);
        expect(inWasm.columns).toBe(made.columns);
        const random = seededRandom(seed);
        const large = Math.min(32767, Math.floor((2 ** 31 - 1) / (made.columns * 2048)));
        for (const rows of counts) {
          // The first rows of each column.
          const codes = made.codes.filter((_, i) => i % most < rows);
          const stream = streamOf({ ...made, codes, rows });
          const decoded = inWasm.decode(stream, rows, 'f');
          expect(decoded).toEqual(plain.decode(stream, rows, 'f'));
          expect([...decoded.subarray(0, made.columns)]).toEqual(
            Array.from({ length: made.columns }, (_, c) => codes[c * rows]),
          );
          const weights = Int16Array.from({ length: made.columns }, () =>
            Math.round((random() - 0.5) * 2 * large),
          );
          expect([...inWasm.sums(decoded, weights)]).toEqual([...plain.sums(decoded, weights)]);
        }
      },
    ),
    { seed: 12, numRuns: 60 },
  );
});

test('damaged streams are refused, or give the same other codes', async () => {
  const made = randomCodes(33, [
    [6, 2],
    [7, 90],
  ]);
  const layers = await both(made);
  const stream = streamOf(made);
  const results = (damaged: Uint16Array) =>
    layers.map((layer) => {
      try {
        return [...layer.decode(damaged, 33, 'shard 3')];
      } catch (error) {
        return String(error);
      }
    });
  const refused = 'BundleError: shard 3: its codes are damaged. Build the bundle again.';
  for (const damaged of [
    stream.subarray(0, -1),
    stream.subarray(0, 5),
    Uint16Array.from([...stream, 0]),
  ]) {
    expect(results(damaged)).toEqual([refused, refused]);
  }
  for (let at = 0; at < stream.length; at++) {
    for (const bit of [0x0410, 0x8000]) {
      const other = stream.slice();
      other[at] = (other[at] as number) ^ bit;
      const [inWasm, plain] = results(other);
      expect(inWasm).toEqual(plain);
    }
  }
  const tooMany = 'shard 3: 9 words are too few for 27917287424 codes. Build the bundle again.';
  for (const layer of layers) {
    expect(() => layer.decode(new Uint16Array(9), 2 ** 31, 'shard 3')).toThrow(tooMany);
    // A refusal leaves the next shard alone.
    expect(layer.decode(stream, 33, 'f')).toHaveLength(13 * 33);
  }
});
