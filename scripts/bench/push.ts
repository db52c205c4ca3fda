/**
 * `npm run bench -- push [--rows N] [--bundle FOLDER] [--rounds N] [--no-index] [--json]`: a push of a bundle into PostgreSQL 17 with pgvector
 * against COPY of prepared files with the same rows, into the same table, in turns: a file in the binary format of COPY,
 * sent from this process, and one as COPY writes it by default, in text, which the server itself reads. Then both build the
 * same indexes. A push opens the bundle, reads its archive, makes rows and hashes of it and publishes.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { median } from '../../src/core/median.ts';
import { CopyIn } from '../../src/node/database/copy-in.ts';
import { type DatabaseStore, parseStoreAddress } from '../../src/node/stores/address.ts';
import { copyPieces, copyStatement } from '../../src/node/stores/postgres/copy.ts';
import {
  COLUMNS,
  createIndexes,
  createRows,
  graphMemory,
  rowsTable,
} from '../../src/node/stores/postgres/schema.ts';
import { openPostgresStore } from '../../src/node/stores/postgres/store.ts';
import { pushTo } from '../../src/node/stores/push/push.ts';
import { DEFAULT_EF_CONSTRUCTION, DEFAULT_M } from '../../src/node/stores/settings.ts';
import type { Draft, Store, StoreRow } from '../../src/node/stores/store.ts';
import { type PostgresServer, startPostgres17 } from '../engines/postgres.ts';
import { type ShopBundle, shopBundle } from './support/shop-bundle.ts';

/** Least accepted share of COPY's rows a second. */
const BAR = 0.8;

const GRAPH = { m: DEFAULT_M, efConstruction: DEFAULT_EF_CONSTRUCTION };

interface Times {
  /** Seconds until the rows are in the table. */
  readonly load: number;
  /** Seconds until they can be searched; null if no index was built. */
  readonly whole: number | null;
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: 'string', default: '100000' },
      bundle: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      'no-index': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds);
  const shop = await shopBundle(Number(values.rows), values.bundle);
  const { count } = shop.info;
  const folder = await mkdtemp(join(tmpdir(), 'soutu-bench-'));
  const file = join(folder, 'rows.copy');
  await writeRows(file, shop);
  // The graph fits in memory on both sides; the push sets it by itself.
  const server = await startPostgres17([
    `maintenance_work_mem=${graphMemory(shop.info, GRAPH)}MB`,
    'max_wal_size=4GB',
  ]);
  const pushes: Times[] = [];
  const copies: Times[] = [];
  const textCopies: Times[] = [];
  const loads: number[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      // Indexes are the same statements for both, and take far longer than the rows: once is enough.
      const withIndex = round === rounds - 1 && !values['no-index'];
      copies.push(await copy(server, file, shop, withIndex));
      textCopies.push(await copyText(server, file, shop));
      pushes.push(await pushOnce(server, shop, `push${round}`, withIndex));
      loads.push(loadavg()[0] as number);
    }
  } finally {
    await server.stop();
    await shop.remove();
    await rm(folder, { recursive: true });
  }
  const compared = (of: (times: Times) => number, from: readonly Times[], to: readonly Times[]) => {
    const [push, copied] = [median(from.map(of)), median(to.map(of))];
    return { push: count / push, copy: count / copied, ratio: copied / push };
  };
  const result = {
    rows: count,
    dimension: shop.info.dimension,
    server: `PostgreSQL ${server.version}`,
    load: compared(({ load }) => load, pushes, copies),
    text: compared(({ load }) => load, pushes, textCopies),
    whole: values['no-index']
      ? null
      : compared(({ whole }) => whole ?? Number.NaN, pushes.slice(-1), copies.slice(-1)),
    bar: BAR,
    rounds: { pushes, copies, textCopies },
    loadOfMachine: loads,
  };
  const titles = {
    whole: ['until it is searched', 'COPY'],
    load: ['rows into the table', 'COPY'],
    text: ['rows into the table', 'COPY of text'],
  } as const;
  for (const part of ['whole', 'load', 'text'] as const) {
    if (result[part] === null) continue;
    const { push, copy: copied, ratio } = result[part];
    const [title, other] = titles[part];
    console.log(
      `${title}: push ${push.toFixed(0)} rows/s, ${other} ${copied.toFixed(0)} rows/s: ${ratio.toFixed(2)} (bar ${BAR})`,
    );
  }
  if (values.json) console.log(JSON.stringify(result));
}

async function writeRows(path: string, shop: ShopBundle): Promise<void> {
  const file = await open(path, 'w');
  try {
    for await (const piece of oneFile(shop.rows())) await file.write(piece);
  } finally {
    await file.close();
  }
}

/** One signature and one end around all rows. */
async function* oneFile(rows: AsyncIterable<readonly StoreRow[]>): AsyncGenerator<Buffer> {
  let end: Buffer | undefined;
  for await (const piece of rows) {
    const [signature, ...bytes] = [...copyPieces(piece)];
    if (!end && signature) yield signature;
    end = bytes.pop();
    yield* bytes;
  }
  if (end) yield end;
}

async function pushOnce(
  server: PostgresServer,
  shop: ShopBundle,
  name: string,
  withIndex: boolean,
): Promise<Times> {
  const env = { SOUTU_STORE_PASSWORD: server.password };
  const address = parseStoreAddress(server.address, { name }, env) as DatabaseStore;
  const store = await openPostgresStore(address, {});
  let loaded = 0;
  const started = performance.now();
  await pushTo(
    watched(store, withIndex, () => {
      loaded = performance.now();
    }),
    shop.source,
  );
  const ended = performance.now();
  await store.close();
  await server.execute(`DROP TABLE ${rowsTable(name, shop.info.release)}`);
  return {
    load: (loaded - started) / 1000,
    whole: withIndex ? (ended - started) / 1000 : null,
  };
}

/** @param onLoaded is called when all rows are in the table */
function watched(store: Store, withIndex: boolean, onLoaded: () => void): Store {
  const begin: Store['begin'] = async (info) => {
    const draft = await store.begin(info);
    const of: Draft = {
      held: () => draft.held(),
      upsert: (rows) => draft.upsert(rows),
      remove: (ids) => draft.remove(ids),
      async finish() {
        onLoaded();
        return withIndex ? draft.finish() : info.count;
      },
      publish: () => draft.publish(),
      abandon: () => draft.abandon(),
      close: () => draft.close(),
    };
    return of;
  };
  return {
    ...{ kind: store.kind, label: store.label, current: () => store.current() },
    begin,
  } as Store;
}

async function copy(
  server: PostgresServer,
  file: string,
  { info }: ShopBundle,
  withIndex: boolean,
): Promise<Times> {
  const client = await clientOf(server);
  const table = rowsTable('copied', info.release);
  const started = performance.now();
  await client.query(createRows('copied', info));
  await new CopyIn(copyStatement(table), filePieces(file)).run(client);
  const loaded = performance.now();
  let whole: number | null = null;
  if (withIndex) {
    for (const sql of createIndexes('copied', info, GRAPH)) await client.query(sql);
    await client.query(`SELECT count(*) FROM ${table}`);
    whole = (performance.now() - started) / 1000;
  }
  await client.query(`DROP TABLE ${table}`);
  await client.end();
  return { load: (loaded - started) / 1000, whole };
}

async function clientOf({ port, user, password }: PostgresServer): Promise<pg.Client> {
  const client = new pg.Client({ host: '127.0.0.1', port, user, password, database: 'shop' });
  await client.connect();
  return client;
}

/** The server writes the file from rows of the binary one, and reads it. */
async function copyText(
  server: PostgresServer,
  file: string,
  { info }: ShopBundle,
): Promise<Times> {
  const table = rowsTable('text', info.release);
  const columns = COLUMNS.join(', ');
  const client = await clientOf(server);
  await client.query(createRows('text', info));
  await new CopyIn(copyStatement(table), filePieces(file)).run(client);
  const { rows } = await server.execute('SHOW data_directory');
  const text = `'${rows[0].data_directory}/rows.txt'`;
  await server.execute(`COPY ${table} (${columns}) TO ${text}`);
  await client.query(`DROP TABLE ${table}`);
  const started = performance.now();
  await client.query(createRows('text', info));
  await server.execute(`COPY ${table} (${columns}) FROM ${text}`);
  const load = (performance.now() - started) / 1000;
  await client.query(`DROP TABLE ${table}`);
  await client.end();
  return { load, whole: null };
}

function* filePieces(path: string): Generator<Buffer> {
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const piece = Buffer.allocUnsafe(2 ** 18);
      const length = readSync(file, piece);
      if (length === 0) return;
      yield piece.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}
