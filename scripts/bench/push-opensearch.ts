/**
 * `npm run bench -- push-opensearch [--rows N] [--bundle FOLDER] [--rounds N] [--json]`: a push of a bundle into OpenSearch 2.19 against bare
 * `_bulk` requests from a prepared file with the same documents, one after the other, into an index with the same mapping,
 * in turns. A push opens the bundle, reads its archive and makes documents of it. Both end when every row can be found.
 */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { median } from '../../src/core/median.ts';
import { type HttpStore, parseStoreAddress } from '../../src/node/stores/address.ts';
import { actionsOf } from '../../src/node/stores/elastic/draft.ts';
import { Indices } from '../../src/node/stores/elastic/indices.ts';
import { OPENSEARCH } from '../../src/node/stores/elastic/opensearch.ts';
import { openElasticStore } from '../../src/node/stores/elastic/store.ts';
import { pushTo } from '../../src/node/stores/push/push.ts';
import { startOpenSearch } from '../engines/opensearch.ts';
import { type ShopBundle, shopBundle } from './support/shop-bundle.ts';

/** Least accepted share of the bare requests' rows a second. */
const BAR = 0.8;
/** As the adapter's requests. */
const REQUEST_BYTES = 6_000_000;

/** Bodies of requests, one after the other in a file. */
interface Bodies {
  readonly path: string;
  readonly lengths: readonly number[];
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: 'string', default: '100000' },
      bundle: { type: 'string' },
      rounds: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds);
  const shop = await shopBundle(Number(values.rows), values.bundle);
  const { count } = shop.info;
  const folder = await mkdtemp(join(tmpdir(), 'soutu-bench-'));
  const bodies = await writeBodies(join(folder, 'rows.ndjson'), shop);
  const server = await startOpenSearch();
  const pushes: number[] = [];
  const bulks: number[] = [];
  const loads: number[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      bulks.push(await bulkOnce(server.url, shop, bodies, `bulk${round}`));
      pushes.push(await pushOnce(server.url, shop, `push${round}`));
      loads.push(loadavg()[0] as number);
    }
  } finally {
    await server.stop();
    await shop.remove();
    await rm(folder, { recursive: true });
  }
  const result = {
    rows: count,
    dimension: shop.info.dimension,
    server: `OpenSearch ${server.version}`,
    push: count / median(pushes),
    bulk: count / median(bulks),
    ratio: median(bulks) / median(pushes),
    bar: BAR,
    rounds: { pushes, bulks },
    loadOfMachine: loads,
  };
  console.log(
    `push ${result.push.toFixed(0)} rows/s, _bulk ${result.bulk.toFixed(0)} rows/s: ${result.ratio.toFixed(2)} of _bulk (bar ${BAR})`,
  );
  if (values.json) console.log(JSON.stringify(result));
}

async function writeBodies(path: string, shop: ShopBundle): Promise<Bodies> {
  const file = await open(path, 'w');
  const lengths: number[] = [];
  let lines: string[] = [];
  let length = 0;
  const flush = async () => {
    const { bytesWritten } = await file.write(lines.join(''));
    lengths.push(bytesWritten);
    lines = [];
    length = 0;
  };
  for await (const rows of shop.rows()) {
    for (const action of actionsOf(rows)) {
      if (length + action.lines.length > REQUEST_BYTES) await flush();
      lines.push(action.lines);
      length += action.lines.length;
    }
  }
  await flush();
  await file.close();
  return { path, lengths };
}

const addressOf = (url: string, name: string) =>
  parseStoreAddress(`opensearch+${url}`, { name }, {}) as HttpStore;

/** @returns seconds */
async function pushOnce(url: string, { source, info }: ShopBundle, name: string): Promise<number> {
  const store = openElasticStore(addressOf(url, name), { replicas: 0 });
  const started = performance.now();
  await pushTo(store, source);
  const seconds = (performance.now() - started) / 1000;
  await store.close();
  await fetch(`${url}/${name}-${info.release}`, { method: 'DELETE' });
  return seconds;
}

/** @returns seconds */
async function bulkOnce(
  url: string,
  { info }: ShopBundle,
  { path, lengths }: Bodies,
  name: string,
): Promise<number> {
  const indices = new Indices(addressOf(url, name), OPENSEARCH, { replicas: 0 });
  const index = `${name}-${info.release}`;
  const request = async (method: string, to: string, body?: Uint8Array<ArrayBuffer> | string) => {
    const lines = body instanceof Uint8Array;
    const response = await fetch(`${url}/${to}`, {
      method,
      ...(body === undefined ? {} : { body }),
      headers: { 'content-type': lines ? 'application/x-ndjson' : 'application/json' },
    });
    const answer = (await response.json()) as { errors?: boolean; count?: number };
    if (!response.ok || answer.errors === true) {
      throw new Error(JSON.stringify(answer).slice(0, 500));
    }
    return answer;
  };
  const file = await open(path);
  const started = performance.now();
  await request('PUT', index, JSON.stringify(indices.createBody(info)));
  for (const length of lengths) {
    const body = new Uint8Array(length);
    await file.read(body);
    await request('POST', `${index}/_bulk?filter_path=errors`, body);
  }
  await request('POST', `${index}/_refresh`);
  const { count } = await request('GET', `${index}/_count`);
  const seconds = (performance.now() - started) / 1000;
  await file.close();
  if (count !== info.count) throw new Error(`${count} of ${info.count} rows are found.`);
  await fetch(`${url}/${index}`, { method: 'DELETE' });
  return seconds;
}
