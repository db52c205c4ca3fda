import { expect, test } from 'vitest';
import { seededRandom } from '../../../src/core/vector/random.ts';
import { PixelBudget } from '../../../src/node/photos/pixel-budget.ts';

test('never more pixels than allowed, unless one photo alone has more; in the order of calls', async () => {
  const random = seededRandom(7);
  const budget = new PixelBudget(100);
  let taken = 0;
  const entered: number[] = [];
  const sizes = Array.from({ length: 60 }, (_, i) =>
    i % 17 === 5 ? 250 : 1 + Math.floor(60 * random()),
  );
  await Promise.all(
    sizes.map(async (size, i) => {
      await budget.take(size);
      entered.push(i);
      taken += size;
      expect(taken === size || taken <= 100).toBe(true);
      await new Promise((resolve) => setTimeout(resolve, 4 * random()));
      taken -= size;
      budget.release(size);
    }),
  );
  expect(entered).toEqual(sizes.map((_, i) => i));
});
