/** The parts of the fit, each against its definition. */
import { expect, test } from 'vitest';
import { BASIS_UNIT } from '../../../../src/core/codes/space.ts';
import { MAX_SYMBOL } from '../../../../src/core/model/rans.ts';
import { seededRandom } from '../../../../src/core/vector/random.ts';
import { CodeMaker, type ColumnCost } from '../../../../src/kernel/codes/code-maker.ts';
import { addCodes, newCounts } from '../../../../src/node/build/index/code-counts.ts';
import { eigenOf } from '../../../../src/node/build/index/eigen.ts';
import { NearestRows, recallOf } from '../../../../src/node/build/index/nearest-rows.ts';
import { inverseOf } from '../../../../src/node/build/index/rotation.ts';
import { shareTables } from '../../../../src/node/build/index/share-tables.ts';

const random = seededRandom(4);

function countsOf(codes: Int16Array) {
  const counts = newCounts(1);
  addCodes(counts, codes);
  return counts;
}

test.each([1, 2, 3, 40])('eigenvectors of a symmetric matrix of %i rows', (n) => {
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      // Rows of zeros, as columns of a catalogue that never vary.
      const x = i % 7 === 5 || j % 7 === 5 ? 0 : random() - 0.5;
      matrix[i * n + j] = x;
      matrix[j * n + i] = x;
    }
  }
  const { values, vectors } = eigenOf(matrix, n);
  for (let a = 0; a < n; a++) {
    const vector = vectors.subarray(a * n, (a + 1) * n);
    for (let i = 0; i < n; i++) {
      const product = vector.reduce((sum, x, j) => sum + x * (matrix[i * n + j] as number), 0);
      expect(product).toBeCloseTo((values[a] as number) * (vector[i] as number), 9);
    }
    for (let b = 0; b <= a; b++) {
      const product = vector.reduce((sum, x, i) => sum + x * (vectors[b * n + i] as number), 0);
      expect(product).toBeCloseTo(a === b ? 1 : 0, 9);
    }
    expect(values[a]).toBeLessThanOrEqual((values[a - 1] ?? Number.POSITIVE_INFINITY) + 1e-12);
    expect(Math.max(...vector)).toBeGreaterThanOrEqual(-Math.min(...vector));
  }
});

test('the inverse of a basis gives back the numbers that made a vector', () => {
  const dimension = 20;
  const columns = 12;
  const basis = Int8Array.from({ length: columns * dimension }, () =>
    Math.round((random() - 0.5) * 80),
  );
  const inverse = inverseOf(basis, dimension);
  for (let a = 0; a < columns; a++) {
    for (let b = 0; b < columns; b++) {
      let product = 0;
      for (let i = 0; i < dimension; i++) {
        product +=
          (inverse[a * dimension + i] as number) *
          ((basis[b * dimension + i] as number) / BASIS_UNIT);
      }
      expect(product).toBeCloseTo(a === b ? 1 : 0, 4);
    }
  }
});

test('products are those of a plain loop, for any shape', async () => {
  const maker = await CodeMaker.create();
  for (const [rows, outputs, length] of [
    [1, 1, 1],
    [3, 5, 7],
    [2, 37, 16],
    [9, 130, 33],
  ] as const) {
    const a = Float32Array.from({ length: rows * length }, () => random() - 0.5);
    const b = Float32Array.from({ length: outputs * length }, () => random() - 0.5);
    const out = maker.products(a, b, length);
    expect(out.length).toBe(rows * outputs);
    for (let row = 0; row < rows; row++) {
      for (let o = 0; o < outputs; o++) {
        let sum = 0;
        for (let i = 0; i < length; i++) {
          sum += (a[row * length + i] as number) * (b[o * length + i] as number);
        }
        expect(out[row * outputs + o]).toBeCloseTo(sum, 5);
      }
    }
  }
});

test('no other code next to a number lowers the loss of an encoded row', async () => {
  const maker = await CodeMaker.create();
  const columns = Array.from({ length: 24 }, (_, c): ColumnCost => {
    const lowest = -20 + (c % 3);
    return {
      step: 0.02 + random() / 20,
      weight: random(),
      mean: (random() - 0.5) / 20,
      slope: random() / 5,
      lowest,
      bits: Float32Array.from({ length: 38 }, (_, i) => 1 + Math.abs(i + lowest) / 4),
    };
  });
  const rows = 200;
  const rate = 2e-5;
  const x = Float32Array.from({ length: rows * 24 }, () => (random() - 0.5) / 2);
  const codes = maker.encode(x, columns, rate);
  const loss = (row: number, own: ArrayLike<number>) => {
    let sum = 0;
    let along = 0;
    columns.forEach(({ step, weight, mean, slope, lowest, bits }, c) => {
      const value = x[row * 24 + c] as number;
      const e = (own[c] as number) * Math.fround(step) - value;
      sum += Math.fround(weight) * e * e + rate * (bits[(own[c] as number) - lowest] as number);
      along += (Math.fround(mean) + Math.fround(slope) * value) * e;
    });
    return sum + along * along;
  };
  let optimal = 0;
  for (let row = 0; row < rows; row++) {
    const own = Array.from(codes.subarray(row * 24, (row + 1) * 24));
    const least = loss(row, own);
    const isLocal = columns.every(({ lowest, bits }, c) =>
      [-1, 0, 1].every((change) => {
        const middle = Math.round((x[row * 24 + c] as number) / (columns[c] as ColumnCost).step);
        const code = middle + change;
        if (code < lowest || code >= lowest + bits.length) return true;
        const other = own.with(c, code);
        return loss(row, other) >= least - 1e-12;
      }),
    );
    if (isLocal) optimal++;
    own.forEach((code, c) => {
      const { lowest, bits } = columns[c] as ColumnCost;
      expect(code).toBeGreaterThanOrEqual(lowest);
      expect(code).toBeLessThan(lowest + bits.length);
    });
  }
  // Three passes; a few rows would move in a fourth.
  expect(optimal / rows).toBeGreaterThan(0.95);
});

test('columns share tables that have a frequency for every code, and for some beyond', () => {
  const columns = 50;
  const rows = 400;
  const codes = Int16Array.from({ length: rows * columns }, (_, i) =>
    Math.round((random() + random() + random() - 1.5) * (1 + (i % columns))),
  );
  const counts = newCounts(columns);
  addCodes(counts, codes);
  expect(counts.every((own) => own.reduce((a, b) => a + b) === rows)).toBe(true);
  const { tables, tableOf } = shareTables(counts, 100_000);
  expect(tables.length).toBeGreaterThan(4);
  expect(tables.length).toBeLessThanOrEqual(32);
  codes.forEach((code, i) => {
    const { lowest, frequencies } = tables[
      tableOf[i % columns] as number
    ] as (typeof tables)[number];
    expect(code).toBeGreaterThan(lowest);
    expect(code).toBeLessThan(lowest + frequencies.length - 1);
  });
  for (const { frequencies } of tables) {
    expect(frequencies.reduce((a, b) => a + b, 0)).toBe(1 << 14);
    expect(Math.min(...frequencies)).toBeGreaterThanOrEqual(1);
  }
  // With few rows, tables cost more than they save.
  expect(shareTables(counts, 20).tables.length).toBeLessThan(tables.length);
});

test('codes that fit into a byte leave room in a byte only', () => {
  const codes = Int16Array.of(-126, 0, 3, 127, 0, 0);
  const [table] = shareTables(countsOf(codes), 6).tables;
  expect(table?.lowest).toBe(-127);
  expect(table?.frequencies.length).toBe(255);
  const wide = Int16Array.of(-200, 0, 0, MAX_SYMBOL);
  const [other] = shareTables(countsOf(wide), 4).tables;
  expect(other?.lowest).toBe(-712);
  expect((other?.lowest ?? 0) + (other?.frequencies.length ?? 0) - 1).toBe(MAX_SYMBOL);
});

test('recall and its standard error, from lists that were found in two parts', () => {
  const exact = new NearestRows(2, 3);
  exact.addAll(0, Float32Array.of(1, 5, 3, 4, 0), 1, 0, 10, -1);
  exact.addAll(1, Float32Array.of(9, 5, 3, 4, 5), 1, 0, 10, 10);
  expect([...exact.of(0)]).toEqual([11, 13, 12]);
  expect([...exact.of(1)]).toEqual([11, 14, 13]);
  const found = new NearestRows(2, 3);
  const part = new NearestRows(2, 3);
  found.addAll(0, Int32Array.of(0, 7, 1), 0.5, 1, 10, -1);
  part.addAll(0, Int32Array.of(6, 5), 0.5, 1, 13, -1);
  part.addAll(1, Int32Array.of(6, 5), 0.5, 1, 13, -1);
  found.merge(part);
  expect([...found.of(0)]).toEqual([11, 13, 14]);
  expect([...found.of(1)]).toEqual([13, 14, -1]);
  const recall = recallOf(found, exact, 3);
  expect(recall.mean).toBeCloseTo(2 / 3, 9);
  expect(recall.error).toBe(0);
});
