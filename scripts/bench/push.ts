/**
 * `npm run bench -- push [--rows N] [--dimension N] [--rounds N] [--load-only] [--json]`: a push into PostgreSQL 17 with pgvector against
 * COPY of the same rows in its binary format, both from this process over the same socket, in turns. Rows are prepared
 * beforehand for COPY; a push
 * prepares them while it sends. Then both build the same indexes.
 */
import { parseArgs } from 'node:util';
import pg from 'pg';
import { median } from '../../src/core/median.ts';
import { CopyIn } from '../../src/node/database/copy-in.ts';
import { type DatabaseStore, parseStoreAddress } from '../../src/node/stores/address.ts';
import { copyPieces, copyStatement } from '../../src/node/stores/postgres/copy.ts';
import {
  createIndexes,
  createRows,
  graphMemory,
  rowsTable,
} from '../../src/node/stores/postgres/schema.ts';
import { openPostgresStore } from '../../src/node/stores/postgres/store.ts';
import { send } from '../../src/node/stores/push/send.ts';
import { rowHash } from '../../src/node/stores/row-hash.ts';
import { DEFAULT_EF_CONSTRUCTION, DEFAULT_M } from '../../src/node/stores/settings.ts';
import type { ReleaseInfo, StoreRow } from '../../src/node/stores/store.ts';
import { type PostgresServer, startPostgres17 } from '../engines/postgres.ts';
import { storeRows } from './support/store-rows.ts';

/** Least accepted share of COPY's rows a second. */
const BAR = 0.8;

const SILENT = { stage: () => undefined, step: () => undefined, warn: () => undefined };
const GRAPH = { m: DEFAULT_M, efConstruction: DEFAULT_EF_CONSTRUCTION };

interface Times {
  /** Seconds until the rows are in the table. */
  readonly load: number;
  /** Seconds of the indexes and of counting; null if they were not built. */
  readonly index: number | null;
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: 'string', default: '100000' },
      dimension: { type: 'string', default: '305' },
      rounds: { type: 'string', default: '3' },
      'load-only': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const [count, dimension, rounds] = [values.rows, values.dimension, values.rounds].map(Number) as [
    number,
    number,
    number,
  ];
  const rows = storeRows(count, dimension);
  const bytes = [...copyPieces(rows)];
  // The graph fits in memory on both sides; the push sets it by itself.
  const server = await startPostgres17([
    `maintenance_work_mem=${graphMemory(infoOf('x', rows), GRAPH)}MB`,
    'max_wal_size=4GB',
  ]);
  const pushes: Times[] = [];
  const copies: Times[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      // Indexes are the same statements for both, and take far longer: once is enough.
      const withIndex = round === rounds - 1 && !values['load-only'];
      copies.push(await copy(server, bytes, infoOf(`copy${round}`, rows), withIndex));
      pushes.push(await pushOnce(server, rows, `push${round}`, withIndex));
    }
  } finally {
    await server.stop();
  }
  const loads = {
    push: median(pushes.map(({ load }) => load)),
    copy: median(copies.map(({ load }) => load)),
  };
  const whole = ({ load, index }: Times) => load + (index ?? 0);
  const [lastPush, lastCopy] = [pushes.at(-1), copies.at(-1)] as [Times, Times];
  const rate = (seconds: number) => count / seconds;
  const result = {
    rows: count,
    dimension,
    server: `PostgreSQL ${server.version}`,
    load: { push: rate(loads.push), copy: rate(loads.copy), ratio: loads.copy / loads.push },
    whole: {
      push: rate(whole(lastPush)),
      copy: rate(whole(lastCopy)),
      ratio: whole(lastCopy) / whole(lastPush),
    },
    bar: BAR,
    rounds: { pushes, copies },
  };
  for (const part of values['load-only'] ? (['load'] as const) : (['load', 'whole'] as const)) {
    const { push, copy: copied, ratio } = result[part];
    console.log(
      `${part === 'load' ? 'rows into the table' : 'with indexes'.padEnd(19)}  push ${push.toFixed(0)} rows/s, COPY ${copied.toFixed(0)} rows/s: ` +
        `${ratio.toFixed(2)} of COPY (bar ${BAR})`,
    );
  }
  if (values.json) console.log(JSON.stringify(result));
}

function infoOf(release: string, rows: readonly StoreRow[]): ReleaseInfo {
  const dimension = rows[0]?.vector.length ?? 0;
  return {
    ...{ release, count: rows.length, dimension, model: 'bench', centre: 'none', manifest: '{}' },
    ...{ facets: [], numeric: [], hasCopies: false },
  };
}

async function pushOnce(
  server: PostgresServer,
  rows: readonly StoreRow[],
  release: string,
  withIndex: boolean,
): Promise<Times> {
  const env = { SOUTU_STORE_PASSWORD: server.password };
  const address = parseStoreAddress(server.address, { name: release }, env) as DatabaseStore;
  const store = await openPostgresStore(address, {});
  const started = performance.now();
  const draft = await store.begin(infoOf(release, rows));
  await send(draft, piecesOf(rows), SILENT);
  const loaded = performance.now();
  let index: number | null = null;
  if (withIndex) {
    if ((await draft.finish()) !== rows.length) throw new Error('Rows are missing.');
    await draft.publish();
    index = (performance.now() - loaded) / 1000;
  }
  await draft.close();
  if (!withIndex) await store.drop(release);
  await store.close();
  return { load: (loaded - started) / 1000, index };
}

/** As `push` hands them over, with the hash computed while they are sent. */
async function* piecesOf(rows: readonly StoreRow[]): AsyncGenerator<StoreRow[]> {
  for (let i = 0; i < rows.length; i += 5000) {
    yield rows
      .slice(i, i + 5000)
      .map(({ item, vector }) => ({ item, vector, hash: rowHash(item, vector) }));
  }
}

async function copy(
  server: PostgresServer,
  bytes: readonly Buffer[],
  info: ReleaseInfo,
  withIndex: boolean,
): Promise<Times> {
  const client = new pg.Client({
    ...{ host: '127.0.0.1', port: server.port, user: server.user, password: server.password },
    database: 'shop',
  });
  await client.connect();
  const table = rowsTable('copied', info.release);
  const started = performance.now();
  await client.query(createRows('copied', info));
  await new CopyIn(copyStatement(table), bytes).run(client);
  const loaded = performance.now();
  let index: number | null = null;
  if (withIndex) {
    for (const sql of createIndexes('copied', info, GRAPH)) await client.query(sql);
    await client.query(`SELECT count(*) FROM ${table}`);
    index = (performance.now() - loaded) / 1000;
  } else await client.query(`DROP TABLE ${table}`);
  await client.end();
  return { load: (loaded - started) / 1000, index };
}
