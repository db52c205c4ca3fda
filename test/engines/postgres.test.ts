import { startPostgres17 } from '../../scripts/engines/postgres.ts';
import { storeContract } from '../node/stores/store.contract.ts';
import { postgresHarness } from './support/sql.ts';

storeContract('PostgreSQL 17', () => postgresHarness(startPostgres17), { isExact: true });
