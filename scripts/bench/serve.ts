/**
 * `npm run bench -- serve [--engine postgres|opensearch|memory] [--rows N] [--bundle FOLDER] [--seconds N] [--json]`: what the
 * service adds to a query of its engine. A bundle is pushed into the engine, which is started for it. 16 clients ask for the
 * first 12 hits of vectors near those of items, in turns of 10 s: the engine alone, by its own client (bare-queries.ts); then
 * `soutu serve` on loopback, whose clients run in a thread of their own. "memory" compares all vectors in this process.
 */

import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { Manifest } from '../../src/core/bundle/manifest.ts';
import { releaseManifestOf } from '../../src/core/bundle/release-manifest.ts';
import { createItemTable } from '../../src/core/search/item-table.ts';
import { checkOptions } from '../../src/core/search/options.ts';
import { encodeFloats } from '../../src/core/text.ts';
import { normalised } from '../../src/core/vector/arithmetic.ts';
import { seededRandom } from '../../src/core/vector/random.ts';
import { findPage } from '../../src/engine/find-page.ts';
import { FlatRetriever } from '../../src/engine/flat-retriever.ts';
import type { Retriever } from '../../src/engine/retriever.ts';
import { createHandler } from '../../src/node/serve/handler/handler.ts';
import { serveHandler } from '../../src/node/serve/node-server.ts';
import { type DatabaseStore, parseStoreAddress } from '../../src/node/stores/address.ts';
import { openStore } from '../../src/node/stores/open-store.ts';
import { pushTo } from '../../src/node/stores/push/push.ts';
import type { ReleaseInfo, Store } from '../../src/node/stores/store.ts';
import { startOpenSearch } from '../engines/opensearch.ts';
import { startPostgres17 } from '../engines/postgres.ts';
import { bareOpenSearch, barePostgres, HITS } from './support/bare-queries.ts';
import { clusteredVectors } from './support/clustered-vectors.ts';
import { shopBundle } from './support/shop-bundle.ts';

const CLIENTS = 16;
const DIMENSION = 256;
const QUERIES = 500;
const WARM_UP_MS = 1000;
const TURN_MS = 10_000;
/** Most that the service may add, as a share. */
const BAR = 0.2;

/** Times in milliseconds. */
interface Times {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly errors: number;
}

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
  const bench = await engineOf(values.engine, Number(values.rows), values.bundle);
  const { store, release, query } = bench;
  const { dimension, model, centre } = release;
  const queries = await nearItems(await store.retriever(release), bench.ids, dimension);
  const handler = createHandler({ store, rate: 0 });
  const server = await serveHandler(handler, { port: 0, host: '127.0.0.1', timeoutMs: 10_000 });
  const bodies = queries.map((vector) =>
    JSON.stringify({
      query: { vector: { f32: encodeFloats(vector) } },
      options: { size: HITS, foldCopies: false },
      ...{ model, centre },
    }),
  );
  const bare: Turn[] = [];
  const served: Turn[] = [];
  try {
    for (let left = Number(values.seconds) * 1000; left > 0; left -= TURN_MS) {
      const ms = Math.min(TURN_MS, left);
      bare.push(await bareQueries(query, queries, ms));
      served.push(await servedQueries(`${server.url}/search`, bodies, ms));
    }
  } finally {
    await server.close();
    await store.close();
    await bench.stop();
  }
  const [alone, through] = [summary(bare), summary(served)];
  const overhead = alone.perSecond / through.perSecond - 1;
  console.table({ engine: rounded(alone), serve: rounded(through) });
  console.log(
    `${bench.name}, ${release.count} items, ${CLIENTS} clients: the service adds ${(100 * overhead).toFixed(1)} % to a query ` +
      `(bar: ${100 * BAR} %).`,
  );
  if (values.json) {
    const rows = release.count;
    const loadOfMachine = loadavg()[0];
    console.log(
      JSON.stringify({
        engine: bench.name,
        rows,
        bare: alone,
        served: through,
        overhead,
        loadOfMachine,
      }),
    );
  }
}

interface Bench {
  readonly name: string;
  readonly store: Store;
  readonly release: ReleaseInfo;
  /** Of some items. */
  readonly ids: readonly string[];
  /** A query of the engine alone. @returns how many hits it has */
  query(unit: Float32Array): Promise<number>;
  stop(): Promise<void>;
}

async function engineOf(engine: string, rows: number, bundle?: string): Promise<Bench> {
  if (engine === 'memory') return inMemory(rows);
  if (engine !== 'postgres' && engine !== 'opensearch') {
    throw new Error(`--engine must be postgres, opensearch or memory, got "${engine}".`);
  }
  const shop = await shopBundle(rows, bundle);
  const isPostgres = engine === 'postgres';
  const server = isPostgres
    ? await startPostgres17(['shared_buffers=1GB'])
    : await startOpenSearch();
  const url = 'url' in server ? `opensearch+${server.url}` : server.address;
  const env = 'password' in server ? { SOUTU_STORE_PASSWORD: server.password } : {};
  const address = parseStoreAddress(url, {}, env);
  const store = await openStore(url, { replicas: 0 }, env);
  console.error(`Pushing into ${store.label}`);
  await pushTo(store, shop.source).catch(async (error: unknown) => {
    await server.stop();
    throw error;
  });
  const release = (await store.current()) as ReleaseInfo;
  const bare =
    'url' in server
      ? bareOpenSearch(server.url, `soutu-${release.release}`)
      : await barePostgres(address as DatabaseStore, release.release, CLIENTS);
  const ids: string[] = [];
  for await (const piece of shop.rows()) ids.push(...piece.map(({ item }) => item.id));
  return {
    name: `${isPostgres ? 'PostgreSQL' : 'OpenSearch'} ${server.version}`,
    ...{ store, release, ids },
    query: async (unit) => (await bare.query(unit)).length,
    stop: async () => {
      await bare.close();
      await server.stop();
      await shop.remove();
    },
  };
}

async function inMemory(rows: number): Promise<Bench> {
  const store = flatStore(rows);
  const release = (await store.current()) as ReleaseInfo;
  const retriever = await store.retriever(release);
  const options = checkOptions({ size: HITS, foldCopies: false });
  return {
    name: 'all vectors compared in memory',
    ...{ store, release },
    ids: Array.from({ length: rows }, (_, row) => String(row).padStart(7, '0')),
    async query(unit) {
      const { page } = await findPage(retriever, unit, [], options, { match: 1, related: 1 }, {});
      const items = await retriever.items(page.map(({ best }) => best.row.id));
      // Lets the other clients have their turn, as requests do.
      await new Promise((resolve) => setImmediate(resolve));
      return items.length;
    },
    stop: async () => undefined,
  };
}

/** Vectors of items, each with noise half as long as it is. */
async function nearItems(
  retriever: Retriever,
  ids: readonly string[],
  dimension: number,
): Promise<Float32Array[]> {
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

const rounded = (times: Times) =>
  Object.fromEntries(Object.entries(times).map(([name, n]) => [name, Number(n.toFixed(1))]));

/** What one turn measured; times in milliseconds. */
interface Turn {
  readonly ms: number;
  readonly times: readonly number[];
  readonly errors: number;
}

async function bareQueries(
  query: Bench['query'],
  queries: readonly Float32Array[],
  ms: number,
): Promise<Turn> {
  let next = 0;
  let errors = 0;
  const start = performance.now();
  const times: number[] = [];
  const client = async () => {
    while (performance.now() - start < WARM_UP_MS + ms) {
      const before = performance.now();
      if ((await query(queries[next++ % QUERIES] as Float32Array)) !== HITS) errors++;
      if (before - start >= WARM_UP_MS) times.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return { ms, times, errors };
}

/** Plain JavaScript: a thread without a loader starts at once. */
const CLIENT_CODE = `
const { parentPort, workerData } = require('node:worker_threads');
const { url, bodies, clients, warmUp, ms, hitsWanted } = workerData;
const headers = { 'Content-Type': 'application/json' };
const start = performance.now();
const times = [];
let errors = 0;
let next = 0;
const client = async () => {
  while (performance.now() - start < warmUp + ms) {
    const before = performance.now();
    const response = await fetch(url, { method: 'POST', headers, body: bodies[next++ % bodies.length] });
    const { hits } = await response.json();
    if (response.status !== 200 || hits?.length !== hitsWanted) errors++;
    if (before - start >= warmUp) times.push(performance.now() - before);
  }
};
Promise.all(Array.from({ length: clients }, client)).then(() => parentPort.postMessage({ times, errors }));
`;

async function servedQueries(url: string, bodies: readonly string[], ms: number): Promise<Turn> {
  const worker = new Worker(CLIENT_CODE, {
    eval: true,
    workerData: { url, bodies, clients: CLIENTS, warmUp: WARM_UP_MS, ms, hitsWanted: HITS },
    execArgv: [],
  });
  const { times, errors } = await new Promise<{ times: number[]; errors: number }>(
    (resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    },
  );
  await worker.terminate();
  return { ms, times, errors };
}

function summary(turns: readonly Turn[]): Times {
  const times = turns.flatMap((turn) => turn.times).sort((a, b) => a - b);
  const seconds = turns.reduce((sum, { ms }) => sum + ms, 0) / 1000;
  const errors = turns.reduce((sum, turn) => sum + turn.errors, 0);
  const at = (share: number) => times[Math.floor(times.length * share)] ?? Number.NaN;
  return { perSecond: times.length / seconds, p50: at(0.5), p99: at(0.99), errors };
}

/** Made-up items around clustered vectors. */
function flatStore(rows: number): Store {
  const items = Array.from({ length: rows }, (_, row) => ({
    id: String(row).padStart(7, '0'),
    image: `photos/${row}.jpg`,
    title: `Item ${row}`,
    thumb: `thumbs/${row}.webp`,
    attributes: { shelf: row % 20, price: row % 500 },
  }));
  const table = createItemTable(items, async (wanted) =>
    wanted.map((row) => items[row] as (typeof items)[number]),
  );
  const vectors = clusteredVectors(rows, DIMENSION, 500, 3);
  const retriever = new FlatRetriever(vectors, DIMENSION, table);
  const manifest = {
    model: { name: 'bench', input: {} },
    items: { count: rows },
    index: {
      dimension: DIMENSION,
      metric: 'cosine',
      centre: null,
      calibration: { match: 1, related: 1 },
    },
  } as unknown as Manifest;
  const info: ReleaseInfo = {
    release: 'bench',
    count: rows,
    dimension: DIMENSION,
    model: 'bench',
    centre: 'none',
    manifest: JSON.stringify(releaseManifestOf(manifest)),
    facets: [],
    numeric: [],
    hasCopies: false,
  };
  const refuse = () => Promise.reject(new Error('This store is for queries only.'));
  return {
    kind: 'memory',
    label: 'memory://bench',
    plan: () => '',
    current: async () => info,
    releases: async () => [info],
    begin: refuse,
    drop: refuse,
    retriever: async () => retriever,
    close: async () => undefined,
  };
}
