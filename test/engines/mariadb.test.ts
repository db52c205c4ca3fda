import { expect, onTestFinished, test } from 'vitest';
import { startMariaDb11 } from '../../scripts/engines/mariadb.ts';
import type { FinderSettings } from '../../src/node/stores/mariadb/finder.ts';
import type { StoreSettings } from '../../src/node/stores/settings.ts';
import { storeContract } from '../node/stores/store.contract.ts';
import { storeCatalogue } from '../support/stores/catalogue.ts';
import { publish } from '../support/stores/contract-answers.ts';
import { wanting } from '../support/vectors.ts';
import { mariaDbHarness } from './support/sql.ts';

// Small catalogues and filters that leave few rows are compared row by row; here, the graph is what is tested.
const GRAPH: StoreSettings & FinderSettings = { exactUpTo: 0, comparedUpTo: 0 };

storeContract(
  'MariaDB 11.8',
  async () => {
    const harness = await mariaDbHarness(startMariaDb11);
    return { ...harness, open: (name) => harness.open(name, GRAPH) };
  },
  { isExact: true },
);

test('a filter is applied to what the graph finds, and all rows are compared if that is too few', async () => {
  const { open, stop } = await mariaDbHarness(startMariaDb11);
  onTestFinished(stop);
  const { rows, info, queries } = await storeCatalogue(2000, 1);
  const store = await open('graph', GRAPH);
  await publish(store, info, rows);
  const retriever = await store.retriever(info);
  const unit = queries[0] as Float32Array;
  const walked = await retriever.nearest(unit, wanting(10, { filter: { price: { gte: 0 } } }));
  expect(walked).toMatchObject({ engine: 'hnsw', exhausted: false });
  expect(walked.rows).toHaveLength(10);
  const few = await retriever.nearest(unit, wanting(400, { filter: { rare: true } }));
  expect(few).toMatchObject({ engine: 'flat', exhausted: true });
  expect(few.rows).toHaveLength(rows.filter(({ item }) => item.attributes?.rare === true).length);
  await store.close();
}, 120_000);
