/** PostgreSQL: the contract of databases, and its own. */
import { afterAll, describe, expect, test } from 'vitest';
import { collect } from '../../../src/node/catalogue/collect.ts';
import { openDatabase } from '../../../src/node/catalogue/database/open-database.ts';
import { breakingProxy } from '../../support/databases/breaking-proxy.ts';
import { startPostgres } from '../../support/databases/pglite.ts';
import { tempFolder } from '../../support/temp.ts';
import { describeDatabase } from './database.contract.ts';

const root = await tempFolder();
const server = await startPostgres();
afterAll(() => server.stop());
const at = (port: number) => `postgres://postgres@127.0.0.1:${port}/postgres`;
const read = async (query: string, port = server.port, options = {}) =>
  collect(
    await openDatabase(
      at(port),
      { query, ...options },
      { env: {}, retries: { tries: 3, backOffMs: 10 } },
    ),
  );

describeDatabase('PostgreSQL', root, () => ({
  address: at(server.port),
  env: { PGPASSWORD: 'not asked for' },
  execute: server.execute,
  insert: server.insert,
  quoted: (name) => `"${name.replaceAll('"', '""')}"`,
  types: { bytes: 'bytea', boolean: 'boolean', text: 'text', decimal: 'numeric(10, 2)' },
}));

describe('PostgreSQL', () => {
  test('types of its own: lists, JSON, dates, UUIDs, padded texts and enums', async () => {
    await server.execute(
      `CREATE TYPE mood AS ENUM ('ok', 'bad');
       CREATE TABLE typed (id uuid PRIMARY KEY, photo varchar(80), tags text[], sizes int[], info jsonb, labels json,
                           made date, seen timestamptz, code char(6), mood mood, precise numeric, odd float4);
       INSERT INTO typed VALUES
         ('00000000-0000-4000-8000-000000000001', 'a.jpg', '{blue,"a, b"}', '{1,2}', '{"a": 1}', '["x", "y"]', '2024-02-29',
          '2024-02-29 12:00:00+00', 'ab', 'ok', 12345678901234567890.5, 'NaN'),
         ('f0000000-0000-4000-8000-000000000002', 'b.jpg', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'bad', NULL, 1.5);
       SET timezone = 'UTC'`,
    );
    const { entries, notes } = await read('SELECT * FROM typed', server.port, { pageSize: 1 });
    expect(entries.map(({ item }) => item)).toEqual([
      {
        id: '00000000-0000-4000-8000-000000000001',
        image: 'a.jpg',
        attributes: {
          tags: ['blue', 'a, b'],
          sizes: ['1', '2'],
          labels: ['x', 'y'],
          made: '2024-02-29',
          seen: '2024-02-29 12:00:00+00',
          code: 'ab',
          mood: 'ok',
          precise: '12345678901234567890.5',
        },
      },
      {
        id: 'f0000000-0000-4000-8000-000000000002',
        image: 'b.jpg',
        attributes: { mood: 'bad', odd: 1.5 },
      },
    ]);
    expect(notes.join('\n')).toContain(
      'the field "info" is ignored, because it has a value that no attribute can have ({"a":1} in row 1',
    );
  });

  test('goes on after the last id where a connection breaks half-way', async () => {
    await server.execute(
      "CREATE TABLE many AS SELECT i AS id, 'photos/' || i || '.jpg' AS photo FROM generate_series(1, 5000) i",
    );
    const query = 'SELECT * FROM many';
    const whole = await read(query);
    const proxy = await breakingProxy(server.port, [60_000, 0, 30_000, Number.POSITIVE_INFINITY]);
    const { entries, notes } = await read(query, proxy.port, { pageSize: 500 });
    proxy.close();
    expect(proxy.connections).toBe(4);
    expect(entries.map(({ item }) => item)).toEqual(whole.entries.map(({ item }) => item));
    const lost = notes.filter((line) => line.includes('connection was lost'));
    expect(lost).toHaveLength(2);
    expect(lost[0]).toMatch(
      /^postgres:\/\/postgres@127\.0\.0\.1:\d+\/postgres: the connection was lost after \d+ rows, after id \d+ \(.+\)\. Connecting again\.$/,
    );
  });

  test('with --paging offset, a connection that breaks means reading all rows again', async () => {
    const query = 'SELECT * FROM many';
    const proxy = await breakingProxy(server.port, [60_000, Number.POSITIVE_INFINITY]);
    const options = { pageSize: 500, paging: 'offset' };
    const { entries, notes, warnings } = await read(query, proxy.port, options);
    proxy.close();
    expect([entries.length, warnings]).toEqual([5000, []]);
    expect(notes[0]).toMatch(/the connection was lost after \d+ rows \(.+\)\. Connecting again\.$/);
    expect(notes[1]).toMatch(/: the rows may have changed meanwhile, so all are read again\.$/);
    const always = await breakingProxy(server.port, [60_000]);
    await expect(read(query, always.port, options)).rejects.toThrow(
      ': the rows changed whenever the connection was lost, 5 times. Build again later.',
    );
    always.close();
  });

  test('a server that does not come back ends the build', async () => {
    const gone = await breakingProxy(server.port, [60_000, 0]);
    await expect(read('SELECT * FROM many', gone.port, { pageSize: 500 })).rejects.toThrow(
      /: the connection was lost after \d+ rows, after id \d+, and 3 new ones failed \(.+\)\. Build again when the server is back\.$/,
    );
    expect(gone.connections).toBe(4);
    gone.close();
  });

  test('the transaction cannot write, whatever the query calls', async () => {
    await server.execute('CREATE SEQUENCE counter; CREATE TABLE log (id int);');
    await server.execute(
      "CREATE FUNCTION add_one() RETURNS int LANGUAGE sql AS 'INSERT INTO log VALUES (1) RETURNING 1'",
    );
    for (const call of ["nextval('counter')", 'add_one()']) {
      await expect(read(`SELECT ${call} AS id, 'a.jpg' AS photo`)).rejects.toThrow(
        /cannot execute \w+(\(\))? in a read-only transaction/,
      );
    }
  });

  test('a column without an order is paged by offset or refused by name', async () => {
    const query = `SELECT '[1]'::json AS id, 'a.jpg' AS photo`;
    await expect(read(query)).rejects.toThrow(
      /could not identify an ordering operator for type json/,
    );
    const twice = `SELECT 1 AS id, 2 AS id, 'a.jpg' AS photo`;
    await expect(read(twice)).rejects.toThrow(
      /Give each column of --query a name of its own, with AS\.$/,
    );
  });

  test('a server that refuses connections is told with its address', async () => {
    const refused = await breakingProxy(server.port, [1]);
    refused.close();
    await expect(read('SELECT 1', refused.port)).rejects.toThrow(
      `${at(refused.port)}: connect ECONNREFUSED 127.0.0.1:${refused.port}. Is the server running, and is the port right?`,
    );
  });
});
