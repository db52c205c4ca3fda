/** MariaDB, on a server of Debian's package: the contract of databases, and its own. */
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MariaDb, NO_MARIADB, startMariaDb } from '../../../scripts/bench/support/mariadb.ts';
import { collect } from '../../../src/node/catalogue/collect.ts';
import { openDatabase } from '../../../src/node/catalogue/database/open-database.ts';
import { breakingProxy } from '../../support/databases/breaking-proxy.ts';
import { tempFolder } from '../../support/temp.ts';
import { CERTIFICATE, KEY } from '../../support/wrong-host-certificate.ts';
import { describeDatabase } from './database.contract.ts';

const root = await tempFolder();
let server: MariaDb;

describe.skipIf(NO_MARIADB)(`MariaDB${NO_MARIADB ? ` (skipped: ${NO_MARIADB})` : ''}`, () => {
  beforeAll(async () => {
    server = await startMariaDb({ cert: CERTIFICATE, key: KEY });
  });
  afterAll(() => server?.stop());

  const at = (port = server.port, more = '') => `mysql://owner@127.0.0.1:${port}/shop${more}`;
  const read = async (query: string, address = at(), options = {}) =>
    collect(
      await openDatabase(
        address,
        { query, ...options },
        { env: { MYSQL_PWD: server.password }, retries: { tries: 3, backOffMs: 10 } },
      ),
    );

  describeDatabase('MariaDB', root, () => ({
    address: at(),
    env: { SOUTU_DB_PASSWORD: server.password, MYSQL_PWD: 'not this one' },
    execute: server.execute,
    insert: server.insert,
    quoted: (name) => `\`${name.replaceAll('`', '``')}\``,
    types: {
      bytes: 'LONGBLOB',
      boolean: 'TINYINT(1)',
      text: 'LONGTEXT COLLATE utf8mb4_bin',
      decimal: 'DECIMAL(10, 2)',
    },
  }));

  test('types of its own: JSON, dates, bits, enums, years, and TINYINT(1) with other numbers', async () => {
    await server.execute(
      `CREATE TABLE typed (id DECIMAL(30, 2) PRIMARY KEY, photo VARCHAR(80), tags JSON, info JSON, made DATETIME, day DATE,
         never DATE, flags BIT(8), kind ENUM('b', 'a'), year YEAR, stars TINYINT(1), precise DECIMAL(30, 10),
         code VARBINARY(8))`,
    );
    await server.execute("SET sql_mode = ''");
    await server.execute(
      `INSERT INTO typed VALUES
         (12345678901234567890.25, 'a.jpg', '["blue", "a, b"]', '{"a": 1}', '2024-02-29 12:00:00', '2024-02-29', '0000-00-00',
          b'101', 'b', 2024, 5, 12345678901234567890.5, 'abc'),
         (12345678901234567890.50, 'b.jpg', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, NULL, NULL)`,
    );
    const { entries, notes } = await read('SELECT * FROM typed', at(), { pageSize: 1 });
    expect(entries.map(({ item }) => item)).toEqual([
      {
        id: '12345678901234567890.25',
        image: 'a.jpg',
        attributes: {
          tags: ['blue', 'a, b'],
          made: '2024-02-29 12:00:00',
          day: '2024-02-29',
          never: '0000-00-00',
          flags: 5,
          kind: 'b',
          year: 2024,
          stars: 5,
          precise: '12345678901234567890.5000000000',
        },
      },
      { id: '12345678901234567890.50', image: 'b.jpg', attributes: { stars: 1 } },
    ]);
    expect(notes.join('\n')).toContain('the field "info" is ignored');
    expect(notes.join('\n')).toContain('the field "code" is ignored');
  });

  test('ids that the server takes for equal are all read, at the end of a page, too', async () => {
    await server.execute(
      'CREATE TABLE alike (id VARCHAR(40) COLLATE utf8mb4_unicode_ci, photo VARCHAR(80))',
    );
    const ids = ['a', 'A', 'á', 'ä ', 'b', 'ss', 'ß', 'SS', '', 'z', '🏺', '🎺', 'Z'];
    await server.insert(
      'alike',
      ids.slice().map((id, i) => [id === '' ? 'Æ' : id, `${i}.jpg`]),
    );
    for (const pageSize of [1, 2, 3, 5, 13]) {
      const { entries } = await read('SELECT * FROM alike', at(), { pageSize });
      expect(entries.map(({ item }) => item.image).sort()).toEqual(
        ids.map((_, i) => `${i}.jpg`).sort(),
      );
    }
  });

  test('an ENUM and a FLOAT are paged by offset, because they are compared otherwise than sorted', async () => {
    await server.execute("CREATE TABLE moods (id ENUM('z', 'y', 'a'), photo VARCHAR(80), f FLOAT)");
    await server.insert('moods', [
      ['a', '1.jpg', 0.1],
      ['y', '2.jpg', 0.2],
      ['z', '3.jpg', 0.3],
    ]);
    for (const query of ['SELECT * FROM moods', 'SELECT f AS id, photo FROM moods']) {
      const { entries } = await read(query, at(), { pageSize: 1 });
      expect(entries).toHaveLength(3);
    }
    const byKey = read('SELECT f AS id, photo FROM moods', at(), { pageSize: 1, paging: 'key' });
    await expect(byKey).rejects.toThrow(
      'the server does not find 0.1 in the column "id" again. Add --paging offset.',
    );
  });

  test('goes on after the last id where connections break or an administrator ends them', async () => {
    await server.execute('CREATE TABLE many (id INT PRIMARY KEY, photo VARCHAR(80))');
    await server.insert(
      'many',
      Array.from({ length: 5000 }, (_, i) => [i, `photos/${i}.jpg`]),
    );
    const whole = await read('SELECT * FROM many');
    expect(whole.entries).toHaveLength(5000);
    const proxy = await breakingProxy(server.port, [40_000, 0, 20_000, Number.POSITIVE_INFINITY]);
    const broken = await read('SELECT * FROM many', at(proxy.port), { pageSize: 500 });
    proxy.close();
    expect(proxy.connections).toBe(4);
    expect(broken.entries.map(({ item }) => item)).toEqual(whole.entries.map(({ item }) => item));
    expect(broken.notes.filter((line) => line.includes('Connecting again.'))).toHaveLength(2);
    const killed = read('SELECT id, photo, SLEEP(0.0005) AS s FROM many WHERE id < 1000', at(), {
      pageSize: 50,
    });
    // Fewer than it tries to connect again, on a machine of any speed.
    for (let times = 0; times < 2; times++) {
      await new Promise((resolve) => setTimeout(resolve, 25));
      await server.killConnections().catch(() => undefined);
    }
    await expect(killed.then(({ entries }) => entries.length)).resolves.toBe(1000);
  });

  test('a table that is loaded anew while the connection is lost is read from the start', async () => {
    await server.execute('CREATE TABLE reloaded (id INT PRIMARY KEY, photo VARCHAR(80))');
    await server.insert(
      'reloaded',
      Array.from({ length: 3000 }, (_, i) => [i, `old/${i}.jpg`]),
    );
    const proxy = await breakingProxy(server.port, [20_000, Number.POSITIVE_INFINITY]);
    proxy.beforeNext = async () => {
      await server.execute('DELETE FROM reloaded');
      await server.insert(
        'reloaded',
        Array.from({ length: 100 }, (_, i) => [i * 50, `new/${i}.jpg`]),
      );
    };
    const { entries, notes } = await read('SELECT * FROM reloaded', at(proxy.port), {
      pageSize: 100,
    });
    proxy.close();
    expect(entries.map(({ item }) => item.image)).toEqual(
      Array.from({ length: 100 }, (_, i) => `new/${i}.jpg`),
    );
    expect(notes.join()).toContain('the rows may have changed meanwhile, so all are read again.');
  });

  test('an error that speaks of something lost is no lost connection', async () => {
    const reading = read('SELECT id, photo FROM many WHERE lost_items = 1');
    await expect(reading).rejects.toThrow(
      /Unknown column 'lost_items'.*Check the names of the columns/,
    );
  });

  test('neither the query nor what it calls can write', async () => {
    await server.execute('CREATE TABLE log (id INT)');
    await server.execute(
      'CREATE FUNCTION add_one() RETURNS INT BEGIN INSERT INTO log VALUES (1); RETURN 1; END',
    );
    await expect(read("SELECT add_one() AS id, 'a.jpg' AS photo")).rejects.toThrow(
      /Cannot execute statement in a READ ONLY transaction/,
    );
    await expect(
      read("SELECT 1 AS id, 'a.jpg' AS photo INTO OUTFILE '/tmp/soutu-out'"),
    ).rejects.toThrow('--query: INTO writes, and a build only reads.');
  });

  test('TLS: encrypted, with a checked authority, and with a checked host', async () => {
    const query =
      "SELECT 1 AS id, 'a.jpg' AS photo, variable_value AS cipher FROM information_schema.session_status WHERE variable_name = 'Ssl_cipher'";
    const cipher = async (more: string) =>
      (await read(query, at(server.port, more))).entries[0]?.item.attributes?.cipher ?? '';
    const ca = `sslrootcert=${encodeURIComponent(server.certificate)}`;
    expect(await cipher('')).toBe('');
    expect(await cipher('?sslmode=require')).toMatch(/^TLS_/);
    expect(await cipher('?ssl-mode=REQUIRE')).toMatch(/^TLS_/);
    expect(await cipher(`?sslmode=verify-ca&${ca}`)).toMatch(/^TLS_/);
    await expect(cipher('?sslmode=verify-full')).rejects.toThrow(/self-signed.*Check sslmode/);
    await expect(cipher(`?${ca}`)).rejects.toThrow(/127\.0\.0\.1.*Check sslmode and sslrootcert/);
    await expect(cipher('?sslmode=verify-ca&sslrootcert=/no/such.pem')).rejects.toThrow(
      /: sslrootcert cannot be read \(ENOENT.+\)\. Expected the path of a PEM file\.$/,
    );
  });

  test('a socket instead of a host', async () => {
    const address = `mariadb://owner@localhost/shop?socket=${encodeURIComponent(server.socket)}`;
    const { entries } = await read("SELECT 1 AS id, 'a.jpg' AS photo", address);
    expect(entries).toHaveLength(1);
  });

  test('the password is in no message, whatever fails', async () => {
    const secret = server.password;
    const written = encodeURIComponent(secret);
    const good = (more = '') => `mysql://owner:${written}@127.0.0.1:${server.port}/shop${more}`;
    const one = "SELECT 1 AS id, 'a.jpg' AS photo";
    const cases: [address: string, query: string, expected: RegExp][] = [
      [
        `mysql://owner:wrong-${written}@127.0.0.1:${server.port}/shop`,
        one,
        /Access denied for user 'owner'.*SOUTU_DB_PASSWORD/,
      ],
      [
        good().replace('/shop', '/nothing'),
        one,
        /Unknown database 'nothing'.*Check the name of the database/,
      ],
      [good().replace(`:${server.port}`, ':1'), one, /ECONNREFUSED.*Is the server running/],
      [
        good().replace('127.0.0.1', 'no-such-host.invalid'),
        one,
        /(ENOTFOUND|EAI_AGAIN).*Is the name of the host right/,
      ],
      [good(), 'SELECT * FROM nothing', /doesn't exist.*Check the name of the table/],
      [
        good(),
        'SELECT nothing FROM many',
        /Unknown column 'nothing'.*Check the names of the columns/,
      ],
      [good(), 'SELECT id, FROM many', /error in your SQL syntax.*Check --query/],
      [good(), 'SELECT 1 AS id, 2 AS id', /Duplicate column name 'id'.*Give each column/],
      [good(), `SELECT '${secret}' FROM`, /error in your SQL syntax/],
      [good(), 'DELETE FROM many', /expected SELECT/],
      [good('?sslmode=verify-full'), one, /self-signed/],
      [good('?sslmod=require'), one, /unknown parameter "sslmod"\. Did you mean "sslmode"\?/],
      [
        good('?sslmode=maybe'),
        one,
        /sslmode must be one of disable, require, verify-ca, verify-full, got "maybe"/,
      ],
      [good('?socket=/no/such.sock'), one, /ENOENT/],
      [good('/more'), one, /must name one database/],
      [`mysql://owner:${secret}@127.0.0.1/shop`, one, /cannot be read\. Expected mysql/],
      [`mysql://:${written}@127.0.0.1/shop`, one, /has no user/],
      [`mysql://owner:${written}@127.0.0.1/%zz`, one, /without two hexadecimal digits/],
      [`mysql://owner:12/${written}@127.0.0.1/shop`, one, /.+/],
      [`mysql://owner:12/34@127.0.0.1/shop`, one, /cannot be read/],
    ];
    for (const [address, query, expected] of cases) {
      const error = await read(query, address).then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(String(error), query).toMatch(expected);
      const all = inspect(error, { depth: 20, showHidden: true });
      for (const form of [secret, written, encodeURI(secret), '34@'])
        expect(all).not.toContain(form);
    }
    // What succeeds prints no password either.
    const { notes, warnings, entries } = await read(one, good());
    expect(inspect([notes, warnings, entries], { depth: 20 })).not.toContain(secret);
    expect(notes[0]).toBe(`mysql://owner@127.0.0.1:${server.port}/shop: 1 row.`);
  });
});
