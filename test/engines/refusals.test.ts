/** Servers that take no more rows, because their disk or memory is full or they are read-only: pushes say so, and nothing is lost. */
import { afterEach, expect, test } from 'vitest';
import { debianRoot } from '../../scripts/engines/debian-root.ts';
import { startMariaDb11 } from '../../scripts/engines/mariadb.ts';
import { startPostgres17 } from '../../scripts/engines/postgres.ts';
import { startRedis8 } from '../../scripts/engines/redis.ts';
import { openStore } from '../../src/node/stores/open-store.ts';
import { redisCommand } from './support/redis-command.ts';
import { smallDisk } from './support/small-disk.ts';
import { refusedPush } from './support/wreck.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function started<T extends { stop(): Promise<void> }>(start: () => Promise<T>): Promise<T> {
  const server = await start();
  stops.push(() => server.stop());
  return server;
}

/** More than fits on the disk or in the memory of each test. */
const TOO_MANY = { rows: 3000 };

const opens =
  ({ address, password }: { readonly address: string; readonly password: string }) =>
  (name: string) =>
    openStore(address, { name }, { SOUTU_STORE_PASSWORD: password });

test('PostgreSQL: the disk of the tables is full', async () => {
  const disk = await started(() => smallDisk('postgres', '5m'));
  const server = await started(startPostgres17);
  await server.execute(`CREATE TABLESPACE small OWNER owner LOCATION '${disk.inside}'`);
  await server.execute('ALTER ROLE owner SET default_tablespace = small');
  await refusedPush({
    ...TOO_MANY,
    open: opens(server),
    begin: async () => undefined,
    end: () => disk.grow(),
    words:
      /could not extend file .*: No space left on device\. The disk or the shared memory of the server is full.*The current release is as it was\.$/,
  });
});

test('PostgreSQL: the user may only read', async () => {
  const server = await started(startPostgres17);
  await refusedPush({
    open: opens(server),
    begin: () => server.execute('ALTER ROLE owner SET default_transaction_read_only = on'),
    end: () => server.execute('ALTER ROLE owner RESET default_transaction_read_only'),
    words:
      /in a read-only transaction\. The server or the user is read-only\. Push to the primary server\./,
  });
});

test('MariaDB: the disk of the tables is full', async () => {
  const disk = await started(() => smallDisk('mysql', '96m'));
  const server = await started(startMariaDb11);
  // Each folder beside those of the server is a database.
  const [data] = await server.execute('SELECT @@datadir AS folder');
  const root = await debianRoot();
  await root.run('mysql', '/usr/bin/ln', ['-s', disk.inside, `${data?.folder}small`]);
  await server.execute("GRANT ALL ON small.* TO 'owner'@'%'");
  const refusal = {
    open: opens({ ...server, address: server.address.replace('/shop', '/small') }),
    end: () => disk.grow(),
    words: /The table '.*' is full\. The disk of the server is full\./,
  };
  await refusedPush({ ...refusal, ...TOO_MANY, begin: () => disk.fill(6) });
  // There is no room for the tables of the next release. No list would name those that were made before.
  await refusedPush({
    ...refusal,
    words: /No space left on device.*The server cannot write to its disk\. Is it full\?/,
    name: 'begun',
    begin: () => disk.fill(0),
    async end() {
      expect(await server.execute("SHOW TABLES FROM small LIKE 'begun%r2%'")).toEqual([]);
      await refusal.end();
    },
  });
});

test('MariaDB: the server is read-only', async () => {
  const server = await started(startMariaDb11);
  await refusedPush({
    open: opens(server),
    begin: () => server.execute('SET GLOBAL read_only = 1'),
    end: () => server.execute('SET GLOBAL read_only = 0'),
    words: /--read-only option.*The server is read-only\. Push to the primary server\./,
  });
});

test('Redis: the disk is full', async () => {
  const disk = await started(() => smallDisk('redis', '4m'));
  const server = await started(() => startRedis8(['--dir', disk.inside]));
  await refusedPush({
    ...TOO_MANY,
    open: opens(server),
    begin: async () => undefined,
    async end() {
      await disk.grow();
      // The lock of the push could not be deleted either. It would expire after a minute.
      const unlock = async () => {
        await redisCommand(server.port, server.password, ['DEL', '{refused}:lock']);
        return true;
      };
      await expect.poll(() => unlock().catch(String), { timeout: 20_000 }).toBe(true);
    },
    words:
      /MISCONF.*No space left on device.*The server is read-only, or cannot write to its disk\./,
  });
});

test('Redis: the memory is full', async () => {
  const server = await started(startRedis8);
  const command = (...words: string[]) => redisCommand(server.port, server.password, words);
  const refusal = (room: number) => ({
    open: opens(server),
    async begin() {
      const used = /used_memory:(\d+)/.exec(await command('INFO', 'memory'))?.[1];
      await command('CONFIG', 'SET', 'maxmemory', String(Number(used) + room));
    },
    end: () => command('CONFIG', 'SET', 'maxmemory', '0'),
    words: /OOM.*The server has no memory left \(maxmemory\)\./,
  });
  await refusedPush({ ...refusal(2 ** 21), ...TOO_MANY });
  // Not even the rows of the current release fit into the next one. No list would name their keys.
  const { end, ...others } = refusal(2 ** 18);
  await refusedPush({
    ...others,
    name: 'begun',
    async end() {
      expect(await command('KEYS', '{begun}:r2:*')).toMatch(/\*0\r\n/);
      await end();
    },
  });
});

test('Redis: the server is a replica', async () => {
  const server = await started(startRedis8);
  const command = (...words: string[]) => redisCommand(server.port, server.password, words);
  await refusedPush({
    open: opens(server),
    // Of a server that is gone.
    begin: () => command('REPLICAOF', '127.0.0.1', '1'),
    end: () => command('REPLICAOF', 'NO', 'ONE'),
    words: /READONLY.*The server is read-only, or cannot write to its disk\./,
  });
});
