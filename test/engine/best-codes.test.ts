/** Searches in codes whose best rows the kernel finds: the answers of the scan in JavaScript, to the bit. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCodes, writeCodes } from '../../src/core/codes/row-codes.ts';
import { createItemTable } from '../../src/core/search/item-table.ts';
import { seededRandom } from '../../src/core/vector/random.ts';
import { openCodeScores } from '../../src/engine/codes/code-scores.ts';
import { ScanRetriever } from '../../src/engine/flat-retriever.ts';
import { createCodeRanking } from '../../src/kernel/codes/code-ranking.ts';
import { randomCodes, randomSpace } from '../support/codes/random-codes.ts';

const DIMENSION = 9;
const COLOURS = ['red', 'green', 'blue', 'grey'];

test('every k, filter and cut-off, in WebAssembly and in plain JavaScript', async () => {
  const shapes = fc.record({
    count: fc.integer({ min: 1, max: 500 }),
    reach: fc.constantFrom(1, 40, 700),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    filter: fc.constantFrom({}, { colour: 'red' }, { colour: ['red', 'blue'] }, { colour: 'none' }),
    minScore: fc.constantFrom(Number.NEGATIVE_INFINITY, -0.2, 0, 0.05, 99),
    everyMatch: fc.boolean(),
    // A query of zeros has equal scores alone; a faint one has scores that differ in their last digits.
    size: fc.constantFrom(1, 0, 1e-14),
    seed: fc.integer(),
  });
  await fc.assert(
    fc.asyncProperty(shapes, async ({ count, reach, share, size, seed, ...rest }) => {
      const made = randomCodes(count, [[4, reach]], seed);
      const space = randomSpace(made, DIMENSION);
      const stream = readCodes(writeCodes(made.codes, count, made.tables, 1), count, 4, 1, 'f');
      const codes = {
        ...{ space, count },
        fill: (rows: { fill(...args: [Uint16Array, number, number, string]): void }) =>
          rows.fill(stream, 0, count, 'f'),
      };
      const random = seededRandom(seed);
      const items = Array.from({ length: count }, (_, row) => ({
        id: String(row).padStart(4, '0'),
        attributes: { colour: COLOURS[Math.floor(random() * 4)] as string },
      }));
      const table = createItemTable(items, async (rows) => rows.map(() => ({ image: '' })));
      const query = Float32Array.from({ length: DIMENSION }, () => (random() - 0.5) * size);
      const k = 1 + Math.floor(share * (count - 1));
      const wanted = { k, ef: 1, exact: false, ...rest };
      const [inWasm, plain] = [
        new ScanRetriever(await openCodeScores(codes, createCodeRanking), table),
        new ScanRetriever(await openCodeScores(codes, createCodeRanking, async () => null), table),
      ];
      if (size === 1) expect(inWasm.rows.best?.(query, 1, 0, null)).not.toBeNull();
      expect(plain.rows.best?.(query, 1, 0, null)).toBeNull();
      const seen = async (retriever: ScanRetriever) => {
        const { rows, ...found } = await retriever.nearest(query, wanted);
        return { ...found, rows: rows.map(({ row, score }) => [row.id, score]) };
      };
      expect(await seen(inWasm)).toEqual(await seen(plain));
    }),
    { seed: 8, numRuns: 200 },
  );
});
