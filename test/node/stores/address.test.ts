/** Addresses of stores: what they mean, and what is refused without being quoted. */
import { expect, test } from 'vitest';
import { parseStoreAddress } from '../../../src/node/stores/address.ts';
import { openStore } from '../../../src/node/stores/open-store.ts';

const of = (text: string, env: NodeJS.ProcessEnv = {}, name?: string) =>
  parseStoreAddress(text, { name }, env);

test('a database has its name in the path, the catalogue in --name', () => {
  expect(
    of('postgres://me@db.example/shop', { SOUTU_STORE_PASSWORD: 'a', PGPASSWORD: 'b' }),
  ).toMatchObject({
    kind: 'postgres',
    label: 'postgres://me@db.example/shop',
    name: 'soutu',
    server: { host: 'db.example', port: 5432, database: 'shop', password: 'a' },
  });
  expect(of('mariadb://me:x@db/shop?sslmode=require', {}, 'vases')).toMatchObject({
    kind: 'mariadb',
    label: 'mariadb://me@db/shop',
    name: 'vases',
    server: { port: 3306, password: 'x', tls: { mode: 'require' } },
  });
  expect(
    of('mysql://me@db/shop'.replace('mysql', 'postgresql'), { PGPASSWORD: 'b' }),
  ).toMatchObject({
    server: { password: 'b' },
  });
});

test('an engine with an HTTP API has the catalogue in the path, after what belongs to a proxy', () => {
  const env = { SOUTU_STORE_API_KEY: 'key', SOUTU_STORE_PASSWORD: 'p' };
  expect(of('opensearch+https://me@search:9200/vases', env)).toEqual({
    kind: 'opensearch',
    label: 'opensearch+https://me@search:9200/vases',
    name: 'vases',
    url: 'https://search:9200',
    user: 'me',
    password: 'p',
    apiKey: 'key',
  });
  expect(of('opensearch+http://h:9200/behind/proxy/vases')).toMatchObject({
    url: 'http://h:9200/behind/proxy',
    name: 'vases',
    apiKey: undefined,
  });
  expect(of('elasticsearch+https://h/', {})).toMatchObject({ name: 'soutu', url: 'https://h' });
  expect(of('elasticsearch+https://h/prefix', {}, 'vases')).toMatchObject({
    name: 'vases',
    url: 'https://h/prefix',
    label: 'elasticsearch+https://h/prefix/vases',
  });
});

test('Redis has the number of a database in the path', () => {
  expect(of('redis://h', { REDISCLI_AUTH: 'r' })).toMatchObject({
    kind: 'redis',
    label: 'redis://h:6379/0',
    host: 'h',
    port: 6379,
    tls: false,
    database: 0,
    password: 'r',
  });
  expect(of('rediss://me:secret@[::1]:7000/3')).toMatchObject({
    label: 'rediss://me@[::1]:7000/3',
    host: '::1',
    port: 7000,
    tls: true,
    database: 3,
    user: 'me',
    password: 'secret',
  });
});

test('env:NAME reads the address from the environment', () => {
  expect(of('env:STORE', { STORE: 'redis://h:1' })).toMatchObject({ port: 1 });
});

test('what cannot be read is refused without being quoted', () => {
  const refused: [address: string, env: NodeJS.ProcessEnv, words: RegExp][] = [
    ['env:NOTHING', {}, /^--to: the variable "NOTHING" of the environment is not set\.$/],
    ['env:A', { A: 'secret' }, /is not the address of a database/],
    [
      'postgre://a:secret@h/d',
      {},
      /^--to: the engine at the beginning of the address is unknown\. Did you mean "postgres"\?$/,
    ],
    ['https://a:secret@h/d', {}, /is unknown\. Expected postgres:\/\/user@host\/database, /],
    ['opensearch://h/secret', {}, /Did you mean "opensearch\+https"/],
    [
      'opensearch+https://a:secret/x@h/d',
      {},
      /cannot be read.+Give the password in SOUTU_STORE_PASSWORD/,
    ],
    ['opensearch+https://h/d?api_key=secret', {}, /cannot be read/],
    ['redis://h/secret', {}, /must be the number of a database/],
    ['postgres://a:secret@h', {}, /must name one database/],
    ['postgres://a@h/d?sslmod=1', {}, /unknown parameter "sslmod". Did you mean "sslmode"/],
    ['opensearch+https://h/Vases', {}, /must begin with a small letter.+got "Vases"\.$/],
  ];
  for (const [address, env, words] of refused) {
    expect(() => of(address, env), address).toThrow(words);
    if (/secret[@/=]/.test(address)) expect(() => of(address, env), address).not.toThrow(/secret/);
  }
  expect(() => of('redis://h', {}, 'a b')).toThrow(
    /^--to: the name of the catalogue.+got "a b"\.$/,
  );
  expect(() => parseStoreAddress('x', { option: '--store' }, {})).toThrow(/^--store: /);
});

test('openStore refuses before it loads anything', async () => {
  await expect(openStore('nothing', {}, {})).rejects.toMatchObject({ name: 'UsageError' });
});

test('Qdrant has an API key and no users', () => {
  expect(of('qdrant+https://h:6333/vases', { SOUTU_STORE_API_KEY: 'key' })).toEqual({
    kind: 'qdrant',
    label: 'qdrant+https://h:6333/vases',
    name: 'vases',
    url: 'https://h:6333',
    user: undefined,
    password: undefined,
    apiKey: 'key',
  });
  expect(of('qdrant+http://:secret@h/vases')).toMatchObject({
    label: 'qdrant+http://h/vases',
    apiKey: 'secret',
  });
  expect(of('qdrant+https://h', { SOUTU_STORE_PASSWORD: 'p' })).toMatchObject({ apiKey: 'p' });
  expect(() => of('qdrant+https://secret@h/vases')).toThrow(
    /^--to: Qdrant has no users\. Give its API key in SOUTU_STORE_API_KEY, and leave out what is before the "@"\.$/,
  );
});

test('Milvus has a database before the name', () => {
  expect(of('milvus+https://me@h:19530/shop/vases', { SOUTU_STORE_PASSWORD: 'p' })).toEqual({
    kind: 'milvus',
    label: 'milvus+https://me@h:19530/shop/vases',
    name: 'vases',
    url: 'https://h:19530',
    user: 'me',
    password: 'p',
    apiKey: undefined,
    database: 'shop',
  });
  expect(of('milvus+http://h/vases')).not.toHaveProperty('database');
  expect(of('milvus+http://h/shop', {}, 'vases')).toMatchObject({
    label: 'milvus+http://h/shop/vases',
    database: 'shop',
    name: 'vases',
  });
  expect(() => of('milvus+http://h/a-b')).toThrow(
    /^--to: Milvus allows letters, digits and "_" in names, got "a-b" \(--name, or the end of the address\)\.$/,
  );
  for (const path of ['a/b/vases', 'a-b/vases']) {
    expect(() => of(`milvus+http://h/${path}`)).toThrow(
      /^--to: the path of an address of Milvus has a database of letters, digits and "_" and a name, as in /,
    );
  }
});

test('an engine without an adapter is unknown, and the answer names those that have one', async () => {
  await expect(openStore('weaviate+https://h/d', {}, {})).rejects.toMatchObject({
    name: 'UsageError',
    message:
      '--to: the engine at the beginning of the address is unknown. Expected postgres://user@host/database, ' +
      'mariadb://user@host/database, opensearch+https://host:9200/name, elasticsearch+https://host:9200/name, ' +
      'qdrant+https://host:6333/name, milvus+https://host:19530/name or redis://host:6379.',
  });
  for (const scheme of ['milvus', 'qdrant']) {
    await expect(openStore(`${scheme}://h/d`, {}, {})).rejects.toThrow(
      `Did you mean "${scheme}+https"?`,
    );
  }
});

test.each([
  ['SOUTU_STORE_API_KEY', 'SOUTU_STORE_API_KEY'],
  ['SOUTU_STORE_PASSWORD', 'the password (SOUTU_STORE_PASSWORD)'],
])('a secret of %s that was wrapped is refused without being quoted', (variable, what) => {
  const read = () => of('milvus+https://h:19530/vases', { [variable]: 'topsecretA\ntopsecretB' });
  expect(read).toThrow(
    `--to: ${what} contains a line break or another control character. A copied secret may have been wrapped: put it on one line.`,
  );
  expect(read).not.toThrow(/topsecret/);
});
