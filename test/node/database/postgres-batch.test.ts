/** Several statements in one round trip, on PGlite. */
import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { PostgresBatch, type Statement } from '../../../src/node/database/postgres-batch.ts';
import { startPgvector } from '../../support/databases/pglite.ts';

const server = await startPgvector();
const client = new pg.Client({
  ...{ host: '127.0.0.1', port: server.port, user: 'postgres', database: 'postgres' },
});
await client.connect();
afterAll(async () => {
  await client.end();
  await server.stop();
});

const run = (...statements: Statement[]) => new PostgresBatch(statements).run(client);
const numbers = (to: number): Statement => ({
  sql: `SELECT n, $1::text[] FROM generate_series(1, ${to}) AS n`,
  values: [['a"b', 'c\\d']],
  isPrepared: true,
});
const names = async () => {
  const { rows } = await client.query('SELECT statement FROM pg_prepared_statements');
  return rows.map(({ statement }) => statement as string);
};

test('the rows of the last statement, as texts; a setting holds for the batch only', async () => {
  const set = { sql: "SELECT set_config('soutu.test', $1, true)", values: ['on'] };
  const show = { sql: "SELECT current_setting('soutu.test', true), NULL", values: [] };
  expect(await run(set, show)).toEqual([['on', null]]);
  expect(await run(show)).not.toEqual([['on', null]]);
  expect(await run(numbers(2))).toEqual([
    ['1', '{"a\\"b","c\\\\d"}'],
    ['2', '{"a\\"b","c\\\\d"}'],
  ]);
});

test('a prepared statement is parsed once, and the 32 used last stay', async () => {
  for (let to = 1; to <= 40; to++) {
    await run(numbers(1));
    await run(numbers(to));
  }
  const known = await names();
  expect(known).toHaveLength(32);
  expect(known).toContain(numbers(1).sql);
  expect(known).not.toContain(numbers(2).sql);
  expect(known).toContain(numbers(40).sql);
});

test('a statement that fails rejects with what the server says, and the connection goes on', async () => {
  const wrong = { sql: 'SELECT 1 / $1::int', values: [0], isPrepared: true };
  // Parsed before the batch failed, and again after.
  for (let tries = 0; tries < 2; tries++) {
    await expect(run(numbers(50), wrong)).rejects.toMatchObject({ code: '22012' });
  }
  expect(await run(numbers(50))).toHaveLength(50);
});

test('statements that the session has lost fail once, and succeed without a name', async () => {
  for (const isPrepared of [true, false]) {
    expect(await run(numbers(3), numbers(4))).toHaveLength(4);
    await client.query('DEALLOCATE ALL');
    if (isPrepared) await expect(run(numbers(3))).rejects.toMatchObject({ code: '26000' });
    expect(await run({ ...numbers(4), isPrepared })).toHaveLength(4);
  }
});

test('a connection that is lost rejects', async () => {
  const own = new pg.Client({
    ...{ host: '127.0.0.1', port: server.port, user: 'postgres', database: 'postgres' },
  });
  own.on('error', () => undefined);
  await own.connect();
  await own.end();
  await expect(new PostgresBatch([numbers(1)]).run(own)).rejects.toThrow(/closed|not queryable/);
});
