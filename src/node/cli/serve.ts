import { stat } from 'node:fs/promises';
import { messageOf, SoutuError } from '../../core/errors.ts';
import type { ScoreKind } from '../serve/elastic/elastic-search.ts';
import { FolderStore } from '../serve/folder-store.ts';
import { createHandler } from '../serve/handler/handler.ts';
import { DEFAULT_LIMITS, type ServeLimits } from '../serve/handler/limits.ts';
import { type RunningServer, serveHandler } from '../serve/node-server.ts';
import { openStore } from '../stores/open-store.ts';
import type { Store } from '../stores/store.ts';
import { type Command, flag, number, type Parsed, text } from './command.ts';
import { print, tell } from './terminal.ts';

const DEFAULT_PORT = 4180;

export const command: Command = {
  help: `soutu serve --store URL
soutu serve DIR

Answers searches over HTTP, so that pages need not download the index. The catalogue is in the engine to which
"soutu push" copied it; or the bundle in DIR answers, to try it and for medium catalogues. Each new push or build takes
over by itself. Photos stay on the visitors' devices: pages send the vector of a photo, never the photo. Stop with
Ctrl+C or SIGTERM; running searches are answered first.

  --store URL          the address that was given to "soutu push --to", or env:NAME for a variable of the environment
                       with it. The password is taken from SOUTU_STORE_PASSWORD or the engine's own variable
  --name NAME          name of the catalogue in the engine (default soutu, or the path of an address with https)
  --connections N      most connections to PostgreSQL or MariaDB (default 16). Redis always has one connection, and
                       engines with an HTTP API have as many as there are searches

  POST /search         search with a vector, an id or several of them; the answer is the same as in a page
  POST /INDEX/_search  the same search in Elasticsearch's words: query.hnsw or knn, collapse, sort, _source
  GET  /               what Elasticsearch's clients ask first: a name and a version
  GET  /info           number of items, thresholds, attributes, model
  GET  /health         200 if searches can be answered, otherwise 503
  GET  /metrics        counters for Prometheus

  --port N             port (default ${DEFAULT_PORT})
  --host ADDRESS       address to listen on (default 127.0.0.1: only this machine; 0.0.0.0: every network)
  --base PATH          path in front of all addresses above, as in /api/soutu (default /)
  --allow-origin URL   pages of this origin may search, as in https://shop.example; can be repeated; * for all.
                       Pages of the service's own origin always may
  --rate N             requests a second from one client address, on average; twice as many at once. More are
                       answered with 429 (default 20; 0 for any number)
  --trust-proxy N      take the client's address from X-Forwarded-For, to which each of the N proxies in front of the
                       service appends one (default 0: the address of the connection)
  --max-size N         most hits of one page (default ${DEFAULT_LIMITS.size})
  --max-depth N        most hits that can be paged to: "from" + "size" (default ${DEFAULT_LIMITS.depth})
  --max-rows N         largest catalogue that "sort" and "exact", which compare all items, are answered for
                       (default ${DEFAULT_LIMITS.rows})
  --max-ef N           widest beam of an approximate search (default ${DEFAULT_LIMITS.ef})
  --max-body BYTES     largest request (default ${DEFAULT_LIMITS.bodyBytes})
  --max-in-flight N    most searches at the same time; more are answered with 503 (default ${DEFAULT_LIMITS.inFlight})
  --timeout S          seconds that a search may take (default ${DEFAULT_LIMITS.timeoutMs / 1000})
  --refresh S          seconds until a new release is noticed (default 1)
  --index NAME         the INDEX that /INDEX/_search has; default any
  --score KIND         scores of /INDEX/_search: cosine (default), original (1/(1+d²): 0.65 is a cosine of 0.731) or
                       elasticsearch ((1+cosine)/2)
  --log-queries        write ids, words and filters of searches to the log. Vectors and client addresses never are
  --no-log             no log. By default, each request is one line of JSON on standard output`,

  options: {
    store: { type: 'string' },
    name: { type: 'string' },
    connections: { type: 'string' },
    port: { type: 'string' },
    host: { type: 'string' },
    base: { type: 'string' },
    'allow-origin': { type: 'string', multiple: true },
    rate: { type: 'string' },
    'trust-proxy': { type: 'string' },
    'max-size': { type: 'string' },
    'max-depth': { type: 'string' },
    'max-rows': { type: 'string' },
    'max-ef': { type: 'string' },
    'max-body': { type: 'string' },
    'max-in-flight': { type: 'string' },
    timeout: { type: 'string' },
    refresh: { type: 'string' },
    index: { type: 'string' },
    score: { type: 'string' },
    'log-queries': { type: 'boolean' },
    'no-log': { type: 'boolean' },
  },

  async run(parsed) {
    const limits = limitsIn(parsed);
    const port = number(parsed, 'port', { min: 0, max: 65535 }) ?? DEFAULT_PORT;
    const rate = number(parsed, 'rate', { min: 0, whole: false });
    const refresh = number(parsed, 'refresh', { min: 0, whole: false });
    const base = text(parsed, 'base');
    const index = text(parsed, 'index');
    const score = scoreIn(parsed);
    const allowOrigins = originsIn(parsed);
    const store = await openGiven(parsed);
    try {
      const handler = createHandler({
        ...{ store, limits, allowOrigins, score },
        ...(index === undefined ? {} : { index }),
        ...(rate === undefined ? {} : { rate }),
        ...(refresh === undefined ? {} : { refreshMs: refresh * 1000 }),
        ...(base === undefined ? {} : { base }),
        ...(flag(parsed, 'no-log') ? {} : { log: (entry) => print(JSON.stringify(entry)) }),
        logQueries: flag(parsed, 'log-queries'),
      });
      const server = await listen(handler, {
        host: text(parsed, 'host') ?? '127.0.0.1',
        trustProxy: number(parsed, 'trust-proxy', { min: 0, max: 100 }) ?? 0,
        ...{ port, timeoutMs: limits.timeoutMs },
      });
      print(eventLine('started', { url: server.url, base: base ?? '/', store: store.label }));
      void warnIfNotReady(store);
      const signal = await stopSignal();
      print(eventLine('stopping', { signal, inFlight: handler.inFlight }));
      await server.close();
      print(eventLine('stopped', {}));
    } finally {
      await store.close();
    }
  },
};

function limitsIn(parsed: Parsed): ServeLimits {
  const whole = { min: 1 };
  const seconds = number(parsed, 'timeout', { min: 0.001, max: 86_400, whole: false });
  return {
    ...DEFAULT_LIMITS,
    size: number(parsed, 'max-size', whole) ?? DEFAULT_LIMITS.size,
    depth: number(parsed, 'max-depth', whole) ?? DEFAULT_LIMITS.depth,
    rows: number(parsed, 'max-rows', whole) ?? DEFAULT_LIMITS.rows,
    ef: number(parsed, 'max-ef', whole) ?? DEFAULT_LIMITS.ef,
    bodyBytes: number(parsed, 'max-body', whole) ?? DEFAULT_LIMITS.bodyBytes,
    inFlight: number(parsed, 'max-in-flight', whole) ?? DEFAULT_LIMITS.inFlight,
    timeoutMs: seconds === undefined ? DEFAULT_LIMITS.timeoutMs : Math.round(seconds * 1000),
  };
}

function scoreIn(parsed: Parsed): ScoreKind {
  const given = text(parsed, 'score') ?? 'cosine';
  if (given === 'cosine' || given === 'original' || given === 'elasticsearch') return given;
  throw new SoutuError(
    'UsageError',
    `--score must be cosine, original or elasticsearch, got "${given}".`,
  );
}

function originsIn(parsed: Parsed): string[] {
  return ((parsed.values['allow-origin'] ?? []) as string[]).map((given) => {
    if (given === '*') return given;
    let url: URL | null = null;
    try {
      url = new URL(given);
    } catch {}
    if (url && /^https?:$/.test(url.protocol) && url.pathname === '/' && !url.search) {
      return url.origin;
    }
    throw new SoutuError(
      'UsageError',
      `--allow-origin must be scheme, host and port, as in https://shop.example, or *; got "${given}".`,
    );
  });
}

async function openGiven(parsed: Parsed): Promise<Store> {
  const address = text(parsed, 'store');
  const given = parsed.positionals.map((one) => `"${one}"`).join(' ');
  const [folder, ...others] = parsed.positionals;
  if (address === undefined) {
    if (folder !== undefined && others.length === 0) return openFolder(folder);
    throw new SoutuError(
      'UsageError',
      `Expected --store URL or DIR, got ${given || 'nothing'}. See --help.`,
    );
  }
  if (folder !== undefined) {
    throw new SoutuError(
      'UsageError',
      `Expected --store URL or DIR, got both: ${given}. See --help.`,
    );
  }
  const name = text(parsed, 'name');
  const connections = number(parsed, 'connections', { min: 1 });
  return openStore(address, {
    option: '--store',
    warn: tell,
    queryTimeoutMs: limitsIn(parsed).timeoutMs,
    ...(name === undefined ? {} : { name }),
    ...(connections === undefined ? {} : { connections }),
  });
}

async function openFolder(folder: string): Promise<Store> {
  if (!(await stat(folder).catch(() => null))?.isDirectory()) {
    throw new SoutuError('UsageError', `${folder}: no such folder. Expected a site or bundle.`);
  }
  const store = new FolderStore(folder);
  // A broken bundle is reported now, not to the first visitor.
  await store.current();
  return store;
}

/** The service starts in any case: the engine may come up after it, and the first push may still be running. */
async function warnIfNotReady(store: Store): Promise<void> {
  try {
    if (await store.current()) return;
    tell(`${store.label}: nothing was pushed yet. Searches are answered with 503 until then.`);
  } catch (error) {
    tell(`${messageOf(error)} Searches are answered with 503 until it can be reached.`);
  }
}

async function listen(
  handler: Parameters<typeof serveHandler>[0],
  options: Parameters<typeof serveHandler>[1],
): Promise<RunningServer> {
  try {
    return await serveHandler(handler, options);
  } catch (error) {
    throw new SoutuError(
      'UsageError',
      `Cannot listen on ${options.host}, port ${options.port}: ${messageOf(error)}. Choose others with ` +
        '--host ADDRESS and --port N.',
      { cause: error },
    );
  }
}

/** In the form of the log, so that programs read every line in the same way. */
function eventLine(event: string, more: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ time: new Date().toISOString(), level: 'info', event, ...more });
}

async function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise<NodeJS.Signals>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}
