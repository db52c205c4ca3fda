/**
 * `npm run bench -- serve [--rows N] [--seconds N] [--store URL] [--json]`: what the service adds to a query of its engine.
 * 16 clients ask for the first 12 hits of random vectors; first the engine alone, then `soutu serve` on loopback. The clients
 * run in a thread of their own. Without `--store`, the engine compares all vectors in this process.
 */
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { Manifest } from '../../src/core/bundle/manifest.ts';
import { releaseManifestOf } from '../../src/core/bundle/release-manifest.ts';
import { createItemTable } from '../../src/core/search/item-table.ts';
import { checkOptions } from '../../src/core/search/options.ts';
import { encodeFloats } from '../../src/core/text.ts';
import { seededRandom } from '../../src/core/vector/random.ts';
import { findPage } from '../../src/engine/find-page.ts';
import { FlatRetriever } from '../../src/engine/flat-retriever.ts';
import type { Retriever } from '../../src/engine/retriever.ts';
import { createHandler } from '../../src/node/serve/handler/handler.ts';
import { serveHandler } from '../../src/node/serve/node-server.ts';
import { openStore } from '../../src/node/stores/open-store.ts';
import type { ReleaseInfo, Store } from '../../src/node/stores/store.ts';
import { clusteredVectors } from './support/clustered-vectors.ts';

const CLIENTS = 16;
const DIMENSION = 256;
const QUERIES = 500;
const WARM_UP_MS = 2000;

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
      store: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const store = values.store ? await openStore(values.store) : flatStore(Number(values.rows));
  const release = await store.current();
  if (!release) throw new Error('The store has no published release.');
  const ms = Number(values.seconds) * 1000;
  const random = seededRandom(5);
  const queries = Array.from({ length: QUERIES }, () => {
    const vector = Float32Array.from({ length: release.dimension }, () => random() - 0.5);
    const length = Math.hypot(...vector);
    return vector.map((x) => x / length);
  });
  const bare = await bareQueries(await store.retriever(release), queries, ms);
  const handler = createHandler({ store, rate: 0 });
  const server = await serveHandler(handler, { port: 0, host: '127.0.0.1', timeoutMs: 10_000 });
  const bodies = queries.map((vector) =>
    JSON.stringify({
      query: { vector: { f32: encodeFloats(vector) } },
      options: { size: 12, foldCopies: false },
      model: release.model,
      centre: release.centre,
    }),
  );
  const served = await servedQueries(`${server.url}/search`, bodies, ms);
  await server.close();
  await store.close();
  const overhead = bare.perSecond / served.perSecond - 1;
  if (values.json) {
    console.log(JSON.stringify({ rows: release.count, bare, served, overhead }));
    return;
  }
  console.table({ engine: rounded(bare), serve: rounded(served) });
  console.log(
    `${release.count} items, ${CLIENTS} clients: the service adds ${(100 * overhead).toFixed(1)} % to a query (bar: 20 %).`,
  );
}

const rounded = (times: Times) =>
  Object.fromEntries(Object.entries(times).map(([name, n]) => [name, Number(n.toFixed(1))]));

async function bareQueries(
  retriever: Retriever,
  queries: readonly Float32Array[],
  ms: number,
): Promise<Times> {
  const options = checkOptions({ size: 12, foldCopies: false });
  let next = 0;
  const query = async () => {
    const unit = queries[next++ % QUERIES] as Float32Array;
    const { page } = await findPage(retriever, unit, [], options, { match: 1, related: 1 }, {});
    await retriever.items(page.map(({ best }) => best.row.id));
  };
  const start = performance.now();
  const times: number[] = [];
  const client = async () => {
    while (performance.now() - start < WARM_UP_MS + ms) {
      const before = performance.now();
      await query();
      // Lets the other clients have their turn, as requests do.
      await new Promise((resolve) => setImmediate(resolve));
      if (before - start >= WARM_UP_MS) times.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return summary(times, ms, 0);
}

/** Plain JavaScript: a thread without a loader starts at once. */
const CLIENT_CODE = `
const { parentPort, workerData } = require('node:worker_threads');
const { url, bodies, clients, warmUp, ms } = workerData;
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
    if (response.status !== 200 || hits.length !== 12) errors++;
    if (before - start >= warmUp) times.push(performance.now() - before);
  }
};
Promise.all(Array.from({ length: clients }, client)).then(() => parentPort.postMessage({ times, errors }));
`;

async function servedQueries(url: string, bodies: readonly string[], ms: number): Promise<Times> {
  const worker = new Worker(CLIENT_CODE, {
    eval: true,
    workerData: { url, bodies, clients: CLIENTS, warmUp: WARM_UP_MS, ms },
    execArgv: [],
  });
  const { times, errors } = await new Promise<{ times: number[]; errors: number }>(
    (resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    },
  );
  await worker.terminate();
  return summary(times, ms, errors);
}

function summary(times: number[], ms: number, errors: number): Times {
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)] ?? Number.NaN;
  return { perSecond: times.length / (ms / 1000), p50: at(0.5), p99: at(0.99), errors };
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
