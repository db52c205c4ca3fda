/** Queries and addresses that are refused before anything is sent. */
import { expect, test } from 'vitest';
import { parseAddress } from '../../../src/node/catalogue/database/address.ts';
import { checkQuery } from '../../../src/node/catalogue/database/check-query.ts';

const KINDS = ['mysql', 'postgres', 'sqlite'] as const;

test.each(KINDS)('%s: queries that only read pass, without their last semicolon', (kind) => {
  for (const query of [
    'SELECT id, photo FROM images',
    "select ';', 'INTO', '(' FROM a WHERE b = 'it''s'",
    'WITH x AS (SELECT 1) SELECT * FROM x',
    '(SELECT 1) UNION (SELECT 2)',
    'SELECT "a;b", into_, REPLACE(a, 1, 2) FROM t /* ; INTO */',
    "SELECT a FROM t WHERE c LIKE '%--%' -- all",
    'SELECT 5 - 3, a - -b FROM t',
  ]) {
    const bare = query.replace(/ (\/\*.*\*\/|-- .*)$/, '');
    expect(checkQuery(`  ${query} ; ;\n`.replace('-- all ; ;', '-- all'), kind)).toBe(bare);
  }
});

test.each(KINDS)('%s: what does more than read is refused', (kind) => {
  const cases: [query: string, words: string][] = [
    ['', 'expected SELECT ... or WITH ... SELECT, got nothing.'],
    [' ; -- nothing', 'got nothing.'],
    ['DELETE FROM images', 'which only read, got "DELETE FROM images".'],
    ['EXPLAIN SELECT 1', 'which only read'],
    ['SELECT 1; DROP TABLE images', 'expected one statement, got a ";" within it.'],
    ["SELECT 1 -- '\n; DROP TABLE images", 'expected one statement'],
    ['SELECT 1) AS x; DROP TABLE images; SELECT * FROM (SELECT 2', 'it has a ")" without a "(".'],
    ['SELECT (1', 'it has a "(" that is never closed.'],
    ["SELECT 'a", 'it has a quote that is never closed.'],
    ['SELECT 1 /* a', 'it has a comment that is never closed.'],
    ['SELECT * INTO copy FROM images', 'INTO writes, and a build only reads.'],
    ["SELECT 1 INTO OUTFILE '/tmp/x'", 'INTO writes, and a build only reads.'],
    ['WITH x AS (DELETE FROM images RETURNING *) SELECT * FROM x', 'DELETE writes.'],
    ['SELECT * FROM images FOR UPDATE', 'FOR UPDATE locks rows.'],
    ['SELECT id, photo FROM t ORDER BY random() LIMIT 5', 'RANDOM gives other rows for each page.'],
    ['SELECT uuid() AS id, photo FROM t', 'UUID gives other rows'] as [string, string],
  ];
  for (const [query, words] of cases) {
    expect(() => checkQuery(query, kind), query).toThrow(words);
    expect(() => checkQuery(query, kind), query).toThrow(/^--query: /);
  }
});

test('quotes and comments of one kind of database only', () => {
  expect(() => checkQuery("SELECT 'a\\'; DROP TABLE b; -- '", 'mysql')).not.toThrow();
  expect(() => checkQuery("SELECT 'a\\'; DROP TABLE b; -- '", 'postgres')).toThrow('one statement');
  expect(() => checkQuery('SELECT 1 /*!50000 INTO OUTFILE "x" */', 'mysql')).toThrow('"/*!"');
  expect(checkQuery('SELECT 1 # ; INTO', 'mysql')).toBe('SELECT 1');
  expect(checkQuery('SELECT $tag$ ; INTO $tag$, $$;$$, a[1]', 'postgres')).toContain('$tag$');
  expect(checkQuery('SELECT [a;b] FROM t', 'sqlite')).toBe('SELECT [a;b] FROM t');
});

test('addresses: where the password comes from, and what is shown', () => {
  const env = { SOUTU_DB_PASSWORD: 'one', MYSQL_PWD: 'two', PGPASSWORD: 'three' };
  const { SOUTU_DB_PASSWORD: _, ...others } = env;
  const of = (text: string, from: NodeJS.ProcessEnv = {}) => parseAddress(text, from);
  expect(of('mysql://a:b%2Fc@h/d', env)).toMatchObject({
    password: 'b/c',
    shown: 'mysql://a@h/d',
    port: 3306,
  });
  expect(of('mysql://a@h/d', env)).toMatchObject({ password: 'one' });
  expect(of('mariadb://a@h:33/d', others)).toMatchObject({
    kind: 'mysql',
    password: 'two',
    port: 33,
  });
  expect(of('postgresql://a@[::1]/d', others)).toMatchObject({
    kind: 'postgres',
    password: 'three',
    host: '::1',
  });
  expect(of('postgres://h/d', { PGUSER: 'me' })).toMatchObject({ user: 'me', password: undefined });
  expect(of('env:DATABASE_URL', { ...env, DATABASE_URL: 'mysql://a@h/d' })).toMatchObject({
    shown: 'mysql://a@h/d',
    password: 'one',
  });
  expect(of('sqlite:./a b.db')).toMatchObject({ kind: 'sqlite', shown: './a b.db' });
  expect(of('mysql://a@h/d?ssl-mode=VERIFY_CA')).toMatchObject({ tls: { mode: 'verify-ca' } });
});

test('addresses that cannot be read are refused without being quoted', () => {
  const refused: [address: string, env: NodeJS.ProcessEnv, words: RegExp][] = [
    ['env:NOTHING', {}, /^--source: the variable "NOTHING" of the environment is not set\.$/],
    [
      'env:A',
      { A: 'secret' },
      /the variable "A" of the environment is not the address of a database/,
    ],
    ['env:A', { A: 'env:A' }, /is not the address of a database/],
    ['mysql://a:secret/x@h/d', {}, /cannot be read/],
    ['mysql://a:1?secret@h/d', {}, /cannot be read/],
    ['mysql://a:1#secret@h/d', {}, /cannot be read/],
    ['mysql://a:1/secret@h/d', {}, /cannot be read/],
    ['mysql://a:secret@h', {}, /must name one database/],
    ['mysql://h/secret', {}, /has no user\. Expected mysql:\/\/user@host\/database\.$/],
    ['mysql://a:secret%@h/d', {}, /without two hexadecimal digits/],
    ['mysql://a:secret@h/d?socket=x', {}, /socket must be an absolute path/],
    ['env:mysql://a:secret@h/d', {}, /expected the name of a variable after "env:"/],
    ['sqlite:', {}, /has no file/],
  ];
  for (const [address, env, words] of refused) {
    expect(() => parseAddress(address, env), address).toThrow(words);
    expect(() => parseAddress(address, env), address).not.toThrow(/secret/);
  }
});
