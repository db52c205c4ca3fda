/**
 * `npm run bench -- serve [--engine postgres|opensearch|memory] [--rows N] [--bundle FOLDER] [--seconds N] [--json]`: what the
 * service adds to a query of its engine. A bundle is pushed into the engine, which is started for it. 16 clients, in a process
 * of their own, ask for the first 12 hits of vectors near those of items, in turns of 10 s: the engine by its own client
 * (bare-queries.ts), the engine by a statement that it has prepared, and `soutu serve` as it is packaged, on loopback.
 * "memory" compares all vectors of the bundle.
 *
 * All of them share this machine. Where its processors are busy all the time, a query takes as long as the processor time of
 * all processes together, so that is measured, too. Beside other work, the service waits longest, because it is one process
 * and the engine has one for each client. This gives a run priority (Linux, as root):
 *
 *     setsid sh -c 'echo -12 > /proc/self/autogroup; exec npm run bench -- serve'
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { encodeFloats } from '../../src/core/text.ts';
import { normalised } from '../../src/core/vector/arithmetic.ts';
import { seededRandom } from '../../src/core/vector/random.ts';
import type { Retriever } from '../../src/engine/retriever.ts';
import { FolderStore } from '../../src/node/serve/folder-store.ts';
import { type DatabaseStore, parseStoreAddress } from '../../src/node/stores/address.ts';
import { openStore } from '../../src/node/stores/open-store.ts';
import { rowsTable } from '../../src/node/stores/postgres/schema.ts';
import { pushTo } from '../../src/node/stores/push/push.ts';
import type { ReleaseInfo, Store } from '../../src/node/stores/store.ts';
import { startOpenSearch } from '../engines/opensearch.ts';
import { startPostgres17 } from '../engines/postgres.ts';
import type { Asked, Job } from './serve/clients.ts';
import { type PackedService, startPackedService } from './serve/packed-service.ts';
import { rounded, summary, type Turn, turn } from './serve/turn.ts';
import { HITS, type PostgresConfig } from './support/bare-queries.ts';
import { type ShopBundle, shopBundle } from './support/shop-bundle.ts';

const CLIENTS = 16;
const QUERIES = 500;
const WARM_UP_MS = 2000;
const TURN_MS = 10_000;
/** Most that the service may add, as a share. */
const BAR = 0.2;

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: 'string', default: '100000' },
      seconds: { type: 'string', default: '60' },
      engine: { type: 'string', default: 'postgres' },
      bundle: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  if (!['postgres', 'opensearch', 'memory'].includes(values.engine)) {
    throw new Error(`--engine must be postgres, opensearch or memory, got "${values.engine}".`);
  }
  const scratch = await mkdtemp(join(tmpdir(), 'soutu-bench-'));
  const shop = await shopBundle(Number(values.rows), values.bundle);
  const bench = await engineOf(values.engine, shop);
  let service: PackedService | null = null;
  try {
    const { release, engine, serve } = bench;
    service = await startPackedService(serve.args, serve.env);
    const units = await nearItems(bench.retriever, shop, release.dimension);
    const { model, centre } = release;
    const common = {
      ...{ clients: CLIENTS, warmUpMs: WARM_UP_MS, engine, service },
      units: units.map(encodeFloats),
      bodies: units.map((unit) =>
        JSON.stringify({
          ...{ query: { vector: { f32: encodeFloats(unit) } }, options: { size: HITS } },
          ...{ model, centre },
        }),
      ),
    };
    const asked: Asked[] = [
      'bare',
      ...(engine.kind === 'postgres' ? ['prepared' as const] : []),
      'served',
    ];
    const turns = new Map(asked.map((of) => [of, [] as Turn[]]));
    for (let left = Number(values.seconds) * 1000; left > 0; left -= TURN_MS) {
      for (const of of asked) {
        const job: Job = { ...common, asked: of, ms: Math.min(TURN_MS, left) };
        const file = join(scratch, 'job.json');
        await writeFile(file, JSON.stringify(job));
        turns.get(of)?.push(await turn(file, job.ms, service.pid));
      }
    }
    const results = Object.fromEntries([...turns].map(([of, all]) => [of, summary(all)]));
    console.table(
      Object.fromEntries(Object.entries(results).map(([of, one]) => [of, rounded(one)])),
    );
    for (const [of, [first]] of turns) console.log(`${of} asks: ${first?.asks}`);
    const { bare, prepared, served } = results;
    if (!bare || !served) throw new Error('No turn was measured.');
    const over = (than: typeof bare) => ({
      wall: than.perSecond / served.perSecond - 1,
      processor: served.allMs / than.allMs - 1,
      /** Without the clients, which are other machines otherwise. */
      servers: (served.engineMs + served.serviceMs) / (than.engineMs + than.clientsMs) - 1,
    });
    const overhead = { bare: over(bare), ...(prepared ? { prepared: over(prepared) } : {}) };
    const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
    for (const [than, { wall, processor, servers }] of Object.entries(overhead)) {
      console.log(
        `${bench.name}, ${release.count} items, ${CLIENTS} clients: the service adds ${percent(wall)} to a query (${than}), ` +
          `${percent(processor)} to its processor time, ${percent(servers)} without the service's own clients (bar: ${percent(BAR)}).`,
      );
    }
    if (values.json) {
      const machine = { processors: availableParallelism(), load: loadavg()[0] };
      console.log(
        JSON.stringify({ engine: bench.name, rows: release.count, ...results, overhead, machine }),
      );
    }
  } finally {
    await service?.stop();
    await bench.stop();
    await shop.remove();
    await rm(scratch, { recursive: true, force: true });
  }
}

interface Bench {
  readonly name: string;
  readonly release: ReleaseInfo;
  readonly retriever: Retriever;
  readonly engine: Job['engine'];
  /** How `soutu serve` finds the catalogue. */
  readonly serve: { readonly args: readonly string[]; readonly env: NodeJS.ProcessEnv };
  stop(): Promise<void>;
}

async function engineOf(engine: string, shop: ShopBundle): Promise<Bench> {
  if (engine === 'memory') return inMemory(shop);
  const server =
    engine === 'postgres' ? await startPostgres17(['shared_buffers=1GB']) : await startOpenSearch();
  const url = 'url' in server ? `opensearch+${server.url}` : server.address;
  const env = 'password' in server ? { SOUTU_STORE_PASSWORD: server.password } : {};
  let store: Store | null = null;
  const stop = async () => {
    await store?.close();
    await server.stop();
  };
  try {
    store = await openStore(url, { replicas: 0 }, env);
    console.error(`Pushing into ${store.label}`);
    await pushTo(store, shop.source);
    const release = (await store.current()) as ReleaseInfo;
    const address = parseStoreAddress(url, {}, env) as DatabaseStore;
    return {
      name: `${'url' in server ? 'OpenSearch' : 'PostgreSQL'} ${server.version}`,
      ...{ release, stop },
      retriever: await store.retriever(release),
      engine:
        'url' in server
          ? { kind: 'opensearch', url: server.url, index: `soutu-${release.release}` }
          : {
              kind: 'postgres',
              config: address.server as PostgresConfig,
              table: rowsTable(address.name, release.release),
            },
      serve: { args: ['--store', url], env },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function inMemory({ folder }: ShopBundle): Promise<Bench> {
  const store = new FolderStore(folder);
  const release = await store.current();
  return {
    name: 'All vectors compared in memory',
    release,
    retriever: await store.retriever(release),
    engine: { kind: 'memory', folder },
    serve: { args: [folder], env: {} },
    stop: async () => undefined,
  };
}

/** Vectors of items, each with noise half as long as it is. */
async function nearItems(
  retriever: Retriever,
  shop: ShopBundle,
  dimension: number,
): Promise<Float32Array[]> {
  const ids: string[] = [];
  for await (const piece of shop.rows()) ids.push(...piece.map(({ item }) => item.id));
  const random = seededRandom(5);
  const queries: Float32Array[] = [];
  while (queries.length < QUERIES) {
    const found = await retriever.get(ids[Math.floor(random() * ids.length)] as string);
    if (!found) throw new Error('A row is missing.');
    const spread = Math.sqrt(12 / dimension) / 2;
    queries.push(normalised(found.vector.map((x) => x + spread * (random() - 0.5))));
  }
  return queries;
}
