/**
 * `npm run bench -- push-opensearch [--rows N] [--dimension N] [--rounds N] [--json]`: a push into OpenSearch 2.19 against
 * bare `_bulk` requests with the same documents into an index with the same mapping, in turns. The documents of the bare
 * requests are made beforehand; a push makes them while it sends. Both end when every row can be found.
 */
import { parseArgs } from 'node:util';
import { median } from '../../src/core/median.ts';
import { type HttpStore, parseStoreAddress } from '../../src/node/stores/address.ts';
import { documentId, documentOf } from '../../src/node/stores/elastic/documents.ts';
import { Indices } from '../../src/node/stores/elastic/indices.ts';
import { OPENSEARCH } from '../../src/node/stores/elastic/opensearch.ts';
import { openElasticStore } from '../../src/node/stores/elastic/store.ts';
import { send } from '../../src/node/stores/push/send.ts';
import type { ReleaseInfo, StoreRow } from '../../src/node/stores/store.ts';
import { startOpenSearch } from '../engines/opensearch.ts';
import { storeRows } from './support/store-rows.ts';

/** Least accepted share of the bare requests' rows a second. */
const BAR = 0.8;
/** As the adapter's requests, about 6 MB each. */
const ROWS_PER_REQUEST = 750;

const SILENT = { stage: () => undefined, step: () => undefined, warn: () => undefined };

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: 'string', default: '100000' },
      dimension: { type: 'string', default: '305' },
      rounds: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  });
  const [count, dimension, rounds] = [values.rows, values.dimension, values.rounds].map(Number) as [
    number,
    number,
    number,
  ];
  const server = await startOpenSearch();
  const pushes: number[] = [];
  const bulks: number[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      bulks.push(await bulkOnce(server.url, count, dimension, `bulk${round}`));
      pushes.push(await pushOnce(server.url, count, dimension, `push${round}`));
    }
  } finally {
    await server.stop();
  }
  const result = {
    rows: count,
    dimension,
    server: `OpenSearch ${server.version}`,
    push: count / median(pushes),
    bulk: count / median(bulks),
    ratio: median(bulks) / median(pushes),
    bar: BAR,
    rounds: { pushes, bulks },
  };
  console.log(
    `push ${result.push.toFixed(0)} rows/s, _bulk ${result.bulk.toFixed(0)} rows/s: ${result.ratio.toFixed(2)} of _bulk (bar ${BAR})`,
  );
  if (values.json) console.log(JSON.stringify(result));
}

/** Pieces of 5,000 rows, made when they are needed: all of 100,000 as JSON are 0.8 GB. */
function* pieces(count: number, dimension: number): Generator<readonly StoreRow[]> {
  for (let from = 0; from < count; from += 5000) {
    const rows = Math.min(5000, count - from);
    yield storeRows(rows, dimension, from);
  }
}

function infoOf(release: string, count: number, dimension: number): ReleaseInfo {
  return {
    ...{ release, count, dimension, model: 'bench', centre: 'none', manifest: '{}' },
    ...{ facets: [], numeric: [], hasCopies: false },
  };
}

const addressOf = (url: string, name: string) =>
  parseStoreAddress(`opensearch+${url}`, { name }, {}) as HttpStore;

/** @returns seconds, without the time in which the rows themselves are made up */
async function pushOnce(url: string, count: number, dimension: number, name: string) {
  const store = openElasticStore(addressOf(url, name), { replicas: 0 });
  let making = 0;
  async function* timed() {
    const source = pieces(count, dimension);
    for (;;) {
      const started = performance.now();
      const { value, done } = source.next();
      making += performance.now() - started;
      if (done) return;
      yield value;
    }
  }
  const started = performance.now();
  const draft = await store.begin(infoOf('r', count, dimension));
  await send(draft, timed(), SILENT);
  if ((await draft.finish()) !== count) throw new Error('Rows are missing.');
  await draft.publish();
  await draft.close();
  const seconds = (performance.now() - started - making) / 1000;
  await fetch(`${url}/${name}-r`, { method: 'DELETE' });
  return seconds;
}

/** @returns seconds of the requests alone */
async function bulkOnce(url: string, count: number, dimension: number, name: string) {
  const indices = new Indices(addressOf(url, name), OPENSEARCH, { replicas: 0 });
  const request = async (method: string, path: string, body?: Buffer | string) => {
    const started = performance.now();
    const response = await fetch(`${url}/${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
      headers: {
        'content-type': body instanceof Buffer ? 'application/x-ndjson' : 'application/json',
      },
    });
    const answer = (await response.json()) as { errors?: boolean; count?: number };
    if (!response.ok || answer.errors === true)
      throw new Error(JSON.stringify(answer).slice(0, 500));
    seconds += (performance.now() - started) / 1000;
    return answer;
  };
  let seconds = 0;
  const body = indices.createBody(infoOf('r', count, dimension));
  await request('PUT', `${name}-r`, JSON.stringify(body));
  for (const piece of pieces(count, dimension)) {
    for (let i = 0; i < piece.length; i += ROWS_PER_REQUEST) {
      const lines = piece
        .slice(i, i + ROWS_PER_REQUEST)
        .map(
          (row) =>
            `${JSON.stringify({ index: { _id: documentId(row.item.id) } })}\n${documentOf(row)}\n`,
        );
      await request('POST', `${name}-r/_bulk?filter_path=errors`, Buffer.from(lines.join('')));
    }
  }
  await request('POST', `${name}-r/_refresh`);
  const { count: found } = await request('GET', `${name}-r/_count`);
  if (found !== count) throw new Error('Rows are missing.');
  await fetch(`${url}/${name}-r`, { method: 'DELETE' });
  return seconds;
}
