/**
 * The clients of a turn of `bench -- serve`, in a process of their own: `clients.ts JOB`, a file with a `Job`. It writes
 * "measuring" when the warm-up is over, then its `Measured`, and ends when its standard input does.
 */
import { readFile } from 'node:fs/promises';
import { decodeFloats } from '../../../src/core/text.ts';
import {
  bareFolder,
  bareOpenSearch,
  barePostgres,
  HITS,
  type PostgresConfig,
} from '../support/bare-queries.ts';
import { HttpConnection } from './http-connection.ts';

/** What is asked: the engine by its own client, the engine with a statement that it has prepared, or the service. */
export type Asked = 'bare' | 'prepared' | 'served';

export interface Job {
  readonly asked: Asked;
  readonly clients: number;
  readonly warmUpMs: number;
  readonly ms: number;
  /** Unit vectors in the space of the index, for the engine. */
  readonly units: readonly string[];
  /** Bodies of requests, for the service. */
  readonly bodies: readonly string[];
  readonly service: { readonly host: string; readonly port: number };
  readonly engine:
    | { readonly kind: 'postgres'; readonly config: PostgresConfig; readonly table: string }
    | { readonly kind: 'opensearch'; readonly url: string; readonly index: string }
    | { readonly kind: 'memory'; readonly folder: string };
}

export interface Measured {
  /** For people: what is asked. */
  readonly asks: string;
  /** Milliseconds of each answer. */
  readonly times: readonly number[];
  readonly errors: number;
  /** Processor time of this process, in milliseconds. */
  readonly processorMs: number;
}

const job = JSON.parse(await readFile(process.argv[2] as string, 'utf8')) as Job;
const { asked, clients, warmUpMs, ms } = job;
const { asks, text } = await openClients();
let next = 0;
let errors = 0;
const times: number[] = [];
const start = performance.now();
let before = process.cpuUsage();
setTimeout(() => {
  before = process.cpuUsage();
  console.log('measuring');
}, warmUpMs);
const client = async (ask: (query: number) => Promise<number>) => {
  for (;;) {
    const began = performance.now();
    if (began - start >= warmUpMs + ms) return;
    const hits = await ask(next++ % job.bodies.length).catch(() => -1);
    if (began - start < warmUpMs) continue;
    times.push(performance.now() - began);
    if (hits !== HITS) errors++;
  }
};
await Promise.all(asks.map(client));
const { user, system } = process.cpuUsage(before);
const measured: Measured = { asks: text, times, errors, processorMs: (user + system) / 1000 };
console.log(JSON.stringify(measured));
process.stdin.resume().once('end', () => process.exit());

interface Clients {
  /** One function for each client: it asks, and returns the number of hits. */
  readonly asks: readonly ((query: number) => Promise<number>)[];
  readonly text: string;
}

async function openClients(): Promise<Clients> {
  if (asked === 'served') {
    const asks = await Promise.all(
      Array.from({ length: clients }, async () => {
        const connection = await HttpConnection.open(job.service);
        return async (query: number) => {
          const { status, body } = await connection.post('/search', job.bodies[query] as string);
          // The response is read, as a page does.
          return status === 200 ? (JSON.parse(body) as { hits: unknown[] }).hits.length : -1;
        };
      }),
    );
    return { asks, text: `POST /search ${job.bodies[0]?.replace(/(?<="f32":").*?(?=")/, '…')}` };
  }
  const units = job.units.map(decodeFloats);
  const { engine } = job;
  const bare =
    engine.kind === 'postgres'
      ? barePostgres(engine.config, engine.table, clients, asked === 'prepared')
      : engine.kind === 'opensearch'
        ? bareOpenSearch(engine.url, engine.index)
        : await bareFolder(engine.folder);
  const ask = async (query: number) => (await bare.query(units[query] as Float32Array)).length;
  return { asks: Array.from({ length: clients }, () => ask), text: bare.text };
}
