import { startMariaDb11 } from '../../scripts/engines/mariadb.ts';
import type { StoreSettings } from '../../src/node/stores/settings.ts';
import { storeContract } from '../node/stores/store.contract.ts';
import { mariaDbHarness } from './support/sql.ts';

// Small catalogues are compared row by row; here, the graph is what is tested.
const GRAPH: StoreSettings & { exactUpTo: number } = { exactUpTo: 0 };

storeContract(
  'MariaDB 11.8',
  async () => {
    const harness = await mariaDbHarness(startMariaDb11);
    return { ...harness, open: (name) => harness.open(name, GRAPH) };
  },
  { isExact: true },
);
