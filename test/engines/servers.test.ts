/** The servers of the other tests: they start, survive a kill, and leave nothing behind. */
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { debianRoot } from '../../scripts/engines/debian-root.ts';
import { startElasticsearch } from '../../scripts/engines/elasticsearch.ts';
import { startMariaDb11 } from '../../scripts/engines/mariadb.ts';
import { startMilvusLite } from '../../scripts/engines/milvus.ts';
import { startOpenSearch } from '../../scripts/engines/opensearch.ts';
import { startPostgres17 } from '../../scripts/engines/postgres.ts';
import { startQdrant } from '../../scripts/engines/qdrant.ts';
import { startRedis8 } from '../../scripts/engines/redis.ts';
import type { EngineServer } from '../../scripts/engines/server-process.ts';

const answers = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

async function leftovers(): Promise<string[]> {
  const { dataFolder } = await debianRoot();
  const probe = await dataFolder('redis');
  await probe.remove();
  const inside = await readdir(join(probe.outside, '..'));
  const outside = await readdir(tmpdir());
  return [...inside, ...outside.filter((name) => name.startsWith('soutu-engine-'))];
}

const SERVERS: [string, () => Promise<EngineServer>, RegExp][] = [
  ['PostgreSQL', startPostgres17, /^17\./],
  ['MariaDB', startMariaDb11, /^11\.8\./],
  ['Redis', startRedis8, /^8\./],
  ['OpenSearch', startOpenSearch, /^2\.19\./],
  ['Elasticsearch', startElasticsearch, /^8\./],
  ['Qdrant Edge', startQdrant, /^0\.9\./],
  ['Milvus Lite', startMilvusLite, /^3\./],
];

test.each(SERVERS)(
  '%s starts, can be killed and started again, and leaves nothing behind',
  async (_, start, version) => {
    const before = await leftovers();
    const server = await start();
    expect(server.version).toMatch(version);
    expect(await answers(server.port)).toBe(true);
    await server.kill();
    expect(await answers(server.port)).toBe(false);
    await server.restart();
    expect(await answers(server.port)).toBe(true);
    await server.stop();
    expect(await answers(server.port)).toBe(false);
    expect(await leftovers()).toEqual(before);
  },
);
