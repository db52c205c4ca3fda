/**
 * `createHandler`: search over a store as `Request` → `Response`: on Node through `serveHandler`, or in any framework that
 * speaks them. Nothing in this folder needs Node; stores do.
 *
 *     POST /search           a vector, an id or several of them, with search options ─▶ SearchResponse
 *     POST /INDEX/_search    the same search in Elasticsearch's words
 *     GET  /                 what Elasticsearch's clients want to know of a server
 *     GET  /info             the catalogue: count, thresholds, attributes, model
 *     GET  /health           200 if the store answers
 *     GET  /metrics          Prometheus' text format
 */
import { infoOf } from '../../../core/bundle/info.ts';
import { isRecord } from '../../../core/check-record.ts';
import { MOST_PARTS, type SearchResponse } from '../../../core/contract.ts';
import { messageOf } from '../../../core/errors.ts';
import type { Store } from '../../stores/store.ts';
import { ElasticError, elasticErrorBody, noSuchIndex } from '../elastic/elastic-error.ts';
import { ELASTIC_PRODUCT, ELASTIC_ROOT } from '../elastic/elastic-root.ts';
import { elasticSearch, type ScoreKind } from '../elastic/elastic-search.ts';
import { readElasticRequest } from '../elastic/read-request.ts';
import { Cors } from './cors.ts';
import { HttpError, httpErrorOf } from './http-error.ts';
import type { Incoming, Outgoing } from './incoming.ts';
import { checkLimits, type ServeLimits } from './limits.ts';
import { type Log, type LogEntry, withoutCredentials } from './log.ts';
import { Metrics } from './metrics.ts';
import { RateLimit } from './rate-limit.ts';
import { readJson } from './read-body.ts';
import { Releases } from './releases.ts';
import { checkBody, readQuery } from './search-request.ts';
import { type Answered, SearchService } from './search-service.ts';
import { incomingOf } from './web-request.ts';

export interface HandlerOptions {
  /** From `openStore(address)`. */
  readonly store: Store;
  readonly limits?: Partial<ServeLimits>;
  /** Origins of pages that may search here, as `https://shop.example`; `*` for all. Default: the service's own. */
  readonly allowOrigins?: readonly string[];
  /** Requests a second from one client address, on average; twice as many at once. Default 20; 0 for any number. */
  readonly rate?: number;
  /** The name under which `POST /INDEX/_search` finds the index; default any. */
  readonly index?: string;
  /** The scores of `POST /INDEX/_search`; default `cosine`. */
  readonly score?: ScoreKind;
  /** How long a new release may take to be noticed, in milliseconds; default 1000. */
  readonly refreshMs?: number;
  /** The path under which the service is mounted; default `/`. */
  readonly base?: string;
  /** Called once for each request. */
  readonly log?: Log;
  /** Whether log entries have the ids, the text and the filter of a query; default false. */
  readonly logQueries?: boolean;
}

export interface RequestContext {
  /** The client's address, for the rate limit. Without it, all clients count as one. */
  readonly client?: string;
}

export interface SearchHandler {
  (request: Request, context?: RequestContext): Promise<Response>;
  /** The same for servers that have no `Request`. */
  answer(request: Incoming, context?: RequestContext): Promise<Outgoing>;
  /** Searches that wait for their answer. */
  readonly inFlight: number;
  /** From here on, `/health` answers 503, so that a load balancer sends no more requests. */
  drain(): void;
  /** Disposes of the retriever; the store stays open, because its owner opened it. */
  close(): void;
}

/** What a route adds to the log. */
type Seen = { -readonly [Name in 'release' | 'engineMs' | 'hits' | 'query']?: LogEntry[Name] };

interface Answer {
  readonly status?: number;
  readonly type?: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function createHandler(options: HandlerOptions): SearchHandler {
  const { store, rate = 20, refreshMs = 1000, base = '/', log, logQueries = false } = options;
  const { index: ownIndex, score = 'cosine' } = options;
  const limits = checkLimits(options.limits);
  const cors = new Cors(options.allowOrigins ?? []);
  const buckets = rate > 0 ? new RateLimit(rate, Math.max(1, 2 * rate)) : null;
  const metrics = new Metrics();
  const releases = new Releases(store, refreshMs);
  const service = new SearchService(releases, limits, metrics);
  const prefix = `/${base.split('/').filter(Boolean).join('/')}`.replace(/\/$/, '');
  let draining = false;

  async function search(request: Incoming, seen: Seen): Promise<Answer> {
    const body = checkBody(await readJson(request, limits), limits);
    if (logQueries) seen.query = loggable(body.query, body.options);
    const asked = {
      options: body.options,
      centred: body.centre !== undefined,
      queryFor: ({ info }: { info: Parameters<typeof readQuery>[1] }) =>
        readQuery(body, info, limits),
    };
    const answered = await service.search(asked, request.signal);
    note(answered, seen);
    return {
      body: JSON.stringify(withoutVectors(answered.response)),
      headers: { 'Soutu-Release': answered.release },
    };
  }

  async function elastic(request: Incoming, seen: Seen): Promise<Answer> {
    const index = indexIn(request.url.pathname, prefix) ?? '';
    if (ownIndex !== undefined && index !== ownIndex) throw noSuchIndex(index);
    const asked = readElasticRequest(await readJson(request, limits), limits);
    const [parameter] = request.url.searchParams.keys();
    if (parameter !== undefined) {
      const reason = `request [/_search] contains a parameter that belongs into the body: [${parameter.slice(0, 100)}]`;
      throw new ElasticError(400, 'illegal_argument_exception', reason);
    }
    const { body, release, engineMs, hits } = await service.run(async (opened, signal) => {
      const start = performance.now();
      const found = await elasticSearch(index, asked, opened, score, signal);
      const engineMs = performance.now() - start;
      const number = found.hits.hits.length;
      return {
        body: JSON.stringify(found),
        release: opened.info.release,
        engineMs,
        hits: number,
      };
    }, request.signal);
    Object.assign(seen, { release, engineMs: Math.round(engineMs * 100) / 100, hits });
    return { body, headers: { 'Soutu-Release': release, ...ELASTIC_PRODUCT } };
  }

  /** Elasticsearch's clients of 7.14 to 7.17 ask what they speak to before their first search. */
  async function root(): Promise<Answer> {
    return { body: JSON.stringify(ELASTIC_ROOT), headers: ELASTIC_PRODUCT };
  }

  async function info(_request: Incoming, seen: Seen): Promise<Answer> {
    const described = await releases.use(async ({ info: release, manifest }) => {
      seen.release = release.release;
      const { model, centre, dimension } = release;
      return {
        ...infoOf(manifest, []),
        count: release.count,
        release: release.release,
        identity: { model, centre, dimension },
        limits,
      };
    });
    return { body: JSON.stringify(described) };
  }

  async function health(): Promise<Answer> {
    if (draining) throw new HttpError(503, 'draining', 'The service is stopping.');
    const { release, count } = await releases.check();
    return { body: JSON.stringify({ status: 'ok', release, count }) };
  }

  const routes: Readonly<Record<string, { method: 'GET' | 'POST'; limited: boolean; run: Run }>> = {
    search: { method: 'POST', limited: true, run: search },
    elastic: { method: 'POST', limited: true, run: elastic },
    root: { method: 'GET', limited: true, run: root },
    info: { method: 'GET', limited: true, run: info },
    health: { method: 'GET', limited: false, run: health },
    metrics: {
      method: 'GET',
      limited: false,
      run: async () => ({
        type: 'text/plain; version=0.0.4; charset=utf-8',
        body: metrics.text(releases.known),
      }),
    },
  };

  function routeOf(path: string): string | null {
    if (!path.startsWith(`${prefix}/`)) return null;
    if (path === `${prefix}/`) return 'root';
    if (indexIn(path, prefix) !== null) return 'elastic';
    const name = path.slice(prefix.length + 1).replace(/\/$/, '');
    return !INNER_NAMES.includes(name) && Object.hasOwn(routes, name) ? name : null;
  }

  async function respond(
    request: Incoming,
    name: string | null,
    headers: Record<string, string>,
    client: string,
    seen: Seen,
  ): Promise<Answer> {
    // First, so that pages can read an error, too.
    Object.assign(headers, cors.headers(request));
    const route = name === null ? undefined : routes[name];
    if (!route) {
      throw new HttpError(
        404,
        'unknown-path',
        `Nothing is here. This service answers POST ${prefix}/search, POST ${prefix}/INDEX/_search and GET ${prefix}/, /info, /health and /metrics.`,
      );
    }
    const { method } = request;
    if (method !== route.method && !(method === 'HEAD' && route.method === 'GET')) {
      throw new HttpError(
        405,
        'method',
        `/${name === 'elastic' ? 'INDEX/_search' : name === 'root' ? '' : name} answers ${route.method}, not ${method}.`,
        {
          headers: { Allow: route.method === 'GET' ? 'GET, HEAD' : 'POST' },
        },
      );
    }
    const wait = route.limited && buckets ? buckets.take(client) : 0;
    if (wait > 0) {
      throw new HttpError(
        429,
        'too-many-requests',
        `This address sends more than ${rate} requests a second. Try again in ${Math.ceil(wait)} s.`,
        { headers: { 'Retry-After': String(Math.ceil(wait)) } },
      );
    }
    return route.run(request, seen);
  }

  const answer = async (request: Incoming, context: RequestContext = {}): Promise<Outgoing> => {
    const start = performance.now();
    const name = routeOf(request.url.pathname);
    const seen: Seen = {};
    const headers: Record<string, string> = { 'Cache-Control': 'no-store' };
    let failure: HttpError | null = null;
    let response: Outgoing;
    try {
      if (request.method === 'OPTIONS') {
        response = cors.preflight(request);
      } else {
        const { client = '' } = context;
        const {
          status = 200,
          type = JSON_TYPE,
          body,
          ...more
        } = await respond(request, name, headers, client, seen);
        response = {
          status,
          headers: { ...headers, 'Content-Type': type, ...more.headers },
          body: request.method === 'HEAD' ? null : body,
        };
      }
    } catch (error) {
      failure = httpErrorOf(error);
      const { code, message } = failure;
      const { status, body } =
        name === 'elastic'
          ? elasticErrorBody(failure)
          : { status: failure.status, body: { code, message } };
      response = {
        status: status === 499 ? 503 : status,
        headers: { ...headers, 'Content-Type': JSON_TYPE, ...failure.headers },
        body: JSON.stringify(body),
      };
    }
    const ms = performance.now() - start;
    const status = failure?.status ?? response.status;
    metrics.answered(name ?? 'none', status, ms / 1000);
    log?.({
      time: new Date().toISOString(),
      level: status >= 500 ? 'error' : status >= 400 ? 'warn' : 'info',
      method: request.method,
      route: name ?? 'none',
      status,
      ms: Math.round(ms * 100) / 100,
      ...seen,
      ...(failure ? { code: failure.code } : {}),
      ...(failure && (status >= 500 || logQueries) ? { error: reasonOf(failure) } : {}),
    });
    return response;
  };

  const handle = async (request: Request, context?: RequestContext): Promise<Response> => {
    const { status, headers, body } = await answer(incomingOf(request), context);
    return new Response(body, { status, headers });
  };

  return Object.defineProperty(
    Object.assign(handle, {
      answer,
      drain() {
        draining = true;
      },
      close: () => releases.close(),
    }),
    'inFlight',
    { get: () => metrics.inFlight },
  ) as SearchHandler;
}

/** The index in `/INDEX/_search`; null for any other path. */
function indexIn(path: string, prefix: string): string | null {
  const [, name] = /^\/([^/]+)\/_search\/?$/.exec(path.slice(prefix.length)) ?? [];
  return name === undefined ? null : decoded(name);
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

type Run = (request: Incoming, seen: Seen) => Promise<Answer>;

/** Names of routes that are no paths. */
const INNER_NAMES = ['elastic', 'root'];

const JSON_TYPE = 'application/json; charset=utf-8';

function note({ response, release, engineMs }: Answered, seen: Seen): void {
  seen.release = release;
  seen.engineMs = Math.round(engineMs * 100) / 100;
  seen.hits = response.hits.length;
}

/** The client has the vectors of its query. */
function withoutVectors(response: SearchResponse): SearchResponse {
  const parts = response.parts?.map((part) => ({ ...part, vector: null })) ?? null;
  return { ...response, vector: null, parts };
}

/** For owners who ask for it: what was searched for, without vectors. */
function loggable(query: unknown, options: { text?: string; filter?: unknown }): unknown {
  const { text, filter } = options;
  const { several } = query as { several?: unknown };
  const parts: unknown[] = Array.isArray(several) ? several.slice(0, MOST_PARTS) : [query];
  return {
    parts: parts.map((part) => {
      const id = isRecord(part) ? part.id : null;
      return typeof id === 'string' ? id.slice(0, 200) : '(vector)';
    }),
    ...(text ? { text } : {}),
    ...(filter ? { filter } : {}),
  };
}

/** With the engine's own words, which clients are not shown. */
function reasonOf({ message, cause }: HttpError): string {
  const own = cause === undefined ? null : messageOf(cause);
  return withoutCredentials(own && own !== message ? `${message} (${own})` : message);
}
