/** Searches whose prepared statements are gone, or are those of another connection: PostgreSQL 17 behind PgBouncer. */
import pg from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startPgBouncer } from '../../scripts/engines/pgbouncer.ts';
import { type PostgresServer, startPostgres17 } from '../../scripts/engines/postgres.ts';
import type { Retriever } from '../../src/engine/retriever.ts';
import { PostgresBatch } from '../../src/node/database/postgres-batch.ts';
import { type DatabaseStore, parseStoreAddress } from '../../src/node/stores/address.ts';
import { PostgresRetriever } from '../../src/node/stores/postgres/retriever.ts';
import { openPostgresStore } from '../../src/node/stores/postgres/store.ts';
import { type StoreCatalogue, storeCatalogue } from '../support/stores/catalogue.ts';
import { expectedIds, publish } from '../support/stores/contract-answers.ts';
import { wanting } from '../support/vectors.ts';

/** Searches walk the graph, whose statements are prepared, however few rows there are. */
const WALKED = { exactUpTo: 0 };

let server: PostgresServer;
let catalogue: StoreCatalogue;
/** Of a connection of its own. */
let wanted: string[][];

const addressOf = (url: string) =>
  parseStoreAddress(
    url,
    { name: 'pooled' },
    { SOUTU_STORE_PASSWORD: server.password },
  ) as DatabaseStore;

beforeAll(async () => {
  [server, catalogue] = await Promise.all([startPostgres17(), storeCatalogue(1000, 8)]);
  const store = await openPostgresStore(addressOf(server.address), WALKED);
  await publish(store, catalogue.info, catalogue.rows);
  wanted = await answersOf(await store.retriever(catalogue.info));
  const exact = catalogue.queries.map((unit) => expectedIds(catalogue.rows, unit));
  expect(wanted.filter((_, i) => i % 2 === 1)).toEqual(exact);
  await store.close();
});
afterAll(() => server?.stop());

/** Of each query, what walks the graph, and what compares every row. */
const answersOf = (retriever: Retriever) =>
  Promise.all(
    catalogue.queries.flatMap((unit) =>
      [false, true].map(async (exact) => {
        const { rows, engine } = await retriever.nearest(unit, wanting(10, { exact }));
        expect(engine).toBe(exact ? 'flat' : 'hnsw');
        return rows.map(({ row }) => row.id);
      }),
    ),
  );

test.each([
  ['each session has one statement of a name, for several connections', 'default_pool_size=1', 0],
  ['sessions have statements of other connections', 'default_pool_size=2', 0],
  ['statements are gone after each transaction', 'server_reset_query_always=1', 0],
  ['PgBouncer tracks statements', 'default_pool_size=2', 200],
])('answers are right behind PgBouncer: %s', async (_, setting, tracked) => {
  const bouncer = await startPgBouncer(server, [
    setting,
    `max_prepared_statements=${tracked}`,
    'server_reset_query=DISCARD ALL',
  ]);
  const store = await openPostgresStore(addressOf(bouncer.address), { ...WALKED, connections: 4 });
  onTestFinished(async () => {
    await store.close();
    await bouncer.stop();
  });
  const retriever = await store.retriever(catalogue.info);
  for (let round = 0; round < 10; round++) {
    expect(await answersOf(retriever)).toEqual(wanted);
  }
});

test('a session that has lost its statements answers, and prepares none for this retriever', async () => {
  const { port, user, password } = server;
  const pool = new pg.Pool({
    ...{ host: '127.0.0.1', port, user, password, database: 'shop' },
    max: 1,
  });
  onTestFinished(() => pool.end());
  const prepared = async () => {
    const { rows } = await pool.query('SELECT name FROM pg_prepared_statements');
    return rows.length;
  };
  const open = () => new PostgresRetriever(pool, addressOf(server.address), catalogue.info, WALKED);
  for (const command of ['DISCARD ALL', 'DEALLOCATE ALL']) {
    const retriever = open();
    expect(await answersOf(retriever)).toEqual(wanted);
    expect(await prepared()).toBeGreaterThan(1);
    await pool.query(command);
    expect(await answersOf(retriever)).toEqual(wanted);
    expect(await prepared()).toBe(0);
  }
  // What the retriever answers with a search without prepared statements.
  const client = await pool.connect();
  const batch = () =>
    new PostgresBatch([{ sql: 'SELECT 1', values: [], isPrepared: true }]).run(client);
  expect(await batch()).toEqual([['1']]);
  await client.query('DISCARD ALL');
  await expect(batch()).rejects.toMatchObject({ code: '26000' });
  client.release();
});
