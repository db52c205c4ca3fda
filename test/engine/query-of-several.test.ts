/** A query of several, against a plain loop: weights times unit vectors, added, at unit length. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Query, SingleQuery } from '../../src/core/contract.ts';
import {
  COUNT,
  DIMENSION,
  idOf,
  idsOf,
  items,
  lessCentre,
  open,
  photoOf,
  plainAnswer,
  plainOf,
  stored,
} from './memory-bundle.ts';

type Kind = 'photo' | 'vector' | 'id';
interface Part {
  readonly kind: Kind;
  readonly row: number;
  readonly weight: number;
}

const queryOf = ({ kind, row, weight }: Part): SingleQuery & { weight: number } => {
  if (kind === 'photo') return { photo: photoOf(row), weight };
  return kind === 'vector' ? { vector: plainOf(row), weight } : { id: idOf(row), weight };
};

/** The oracle. */
function plainSum(parts: readonly Part[]): Float32Array {
  const sum = Array.from({ length: DIMENSION }, (_, i) =>
    parts.reduce((total, { kind, row, weight }) => {
      const unit = kind === 'id' ? stored.slice(row * DIMENSION) : lessCentre(plainOf(row));
      return total + weight * (unit[i] ?? Number.NaN);
    }, 0),
  );
  const length = Math.sqrt(sum.reduce((total, x) => total + x * x, 0));
  return Float32Array.from(sum, (x) => x / length);
}

const part = fc.record({
  kind: fc.constantFrom<Kind>('photo', 'vector', 'id'),
  row: fc.nat({ max: COUNT - 1 }),
  weight: fc.constantFrom(1, 0.75, -0.25, -1, 3),
});

test('any parts, weights and groups answer as the plain sum, without the items asked with', async () => {
  const engine = await open();
  await fc.assert(
    fc.asyncProperty(
      // Different rows, so that no parts cancel each other out.
      fc.uniqueArray(part, { minLength: 1, maxLength: 16, selector: ({ row }) => row }),
      fc.boolean(),
      async (given, group) => {
        const parts = [{ ...(given[0] as Part), weight: 2 }, ...given.slice(1)];
        const options = { size: COUNT, minScore: -1, group };
        const answer = await engine.search({ several: parts.map(queryOf) }, options);
        const own = parts.flatMap(({ kind, row }) => (kind === 'id' ? [row] : []));
        const expected = plainAnswer(plainSum(parts), options, own);
        expect(answer.total).toBe(expected.total);
        // Scores differ by rounding, so nearly equal neighbours may change places.
        answer.hits.forEach(({ score }, i) => {
          expect(score).toBeCloseTo(expected.hits[i]?.score ?? Number.NaN, 5);
        });
        expect(idsOf(answer).sort()).toEqual(idsOf(expected).sort());
      },
    ),
    { seed: 5, numRuns: 100 },
  );
});

test('the answer lists the parts, which can be asked again without the photos', async () => {
  const engine = await open();
  const several = [
    { photo: photoOf(3) },
    { id: idOf(8), weight: -0.5 },
    { vector: plainOf(9), weight: 2 },
  ];
  const answer = await engine.search({ several });
  expect(answer).toMatchObject({ vector: null, queryItem: null, engine: { embedder: 'fake' } });
  expect(answer.parts).toEqual([
    { weight: 1, vector: plainOf(3), item: null },
    { weight: -0.5, vector: null, item: items[8] },
    { weight: 2, vector: plainOf(9), item: null },
  ]);
  const again = await engine.search({
    several: (answer.parts ?? []).map(({ weight, vector, item }) =>
      vector ? { vector, weight } : { id: item?.id ?? '', weight },
    ),
  });
  expect(again.hits).toEqual(answer.hits);
  expect(again.engine.embedder).toBeNull();
  expect((await engine.search({ vector: plainOf(3) })).parts).toBeNull();
});

test('one part alone is that query', async () => {
  const engine = await open();
  for (const single of [{ photo: photoOf(3) }, { id: idOf(8) }]) {
    const [alone, several] = await Promise.all([
      engine.search(single, { size: 30, minScore: -1 }),
      engine.search({ several: [{ ...single, weight: 0.3 }] }, { size: 30, minScore: -1 }),
    ]);
    expect(idsOf(several)).toEqual(idsOf(alone));
  }
});

const A = { id: idOf(1) };

test.each<[unknown, string]>([
  [[], '"several" must be a list of 1 to 16 photos, vectors and ids, got 0.'],
  [Array(17).fill(A), '"several" must be a list of 1 to 16 photos, vectors and ids, got 17.'],
  [A, '"several" must be a list of 1 to 16 photos, vectors and ids, got {"id":"item-001"}.'],
  [[A, { ...A, weight: 0 }], 'part 1 of the query must be a number from -100 to 100 and not 0,'],
  [[{ ...A, weight: Number.NaN }], 'The weight of part 0 of the query must be a number from -100'],
  [[{ ...A, weight: -1 }], 'A query needs at least one part with a positive weight: something to'],
  [[A, { ...A, weight: -1 }], 'The parts of this query cancel each other out: their weighted sum'],
  [[A, { id: 'gone' }], 'No item has the id "gone" in this bundle.'],
  [[A, { vector: new Float32Array(3) }], 'The query vector has 3 numbers, this bundle'],
])('refuses %j', async (several, message) => {
  const engine = await open();
  const query = { several } as Query;
  await expect(engine.search(query)).rejects.toMatchObject({ name: 'UsageError' });
  await expect(engine.search(query)).rejects.toThrow(message);
});

test('an aborted query embeds no further photo', async () => {
  const engine = await open();
  const controller = new AbortController();
  const embed = engine.model.embed.bind(engine.model);
  let embedded = 0;
  engine.model.embed = (...args) => {
    embedded++;
    controller.abort(new Error('the visitor left'));
    return embed(...args);
  };
  const several = [{ photo: photoOf(1) }, { photo: photoOf(2) }];
  await expect(engine.search({ several }, {}, { signal: controller.signal })).rejects.toThrow(
    'the visitor left',
  );
  expect(embedded).toBe(1);
});
