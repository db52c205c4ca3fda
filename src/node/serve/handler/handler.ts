/**
 * `createHandler`: search over a store as `Request` → `Response`: on Node through `serveHandler`, or in any framework that
 * speaks them. Nothing in this folder needs Node; stores do. `RequestPipeline` has the way of a request.
 *
 *     POST /search           a vector, an id or several of them, with search options ─▶ SearchResponse
 *     POST /INDEX/_search    the same search in Elasticsearch's words
 *     GET  /                 what Elasticsearch's clients want to know of a server
 *     GET  /info             the catalogue: count, thresholds, attributes, model
 *     GET  /health           200 if the store answers
 *     GET  /metrics          Prometheus' text format
 */
import type { Store } from '../../stores/store.ts';
import type { ScoreKind } from '../elastic/elastic-search.ts';
import { Cors } from './cors.ts';
import type { Incoming, Outgoing } from './incoming.ts';
import { checkLimits, type ServeLimits } from './limits.ts';
import type { Log } from './log.ts';
import { Metrics } from './metrics.ts';
import { RateLimit } from './rate-limit.ts';
import { Releases } from './releases.ts';
import { RequestPipeline } from './request-pipeline.ts';
import { elasticRoute, ROOT_ROUTE } from './routes/elastic.ts';
import { Router } from './routes/router.ts';
import { searchRoute } from './routes/search.ts';
import { healthRoute, infoRoute, metricsRoute } from './routes/service-state.ts';
import { SearchService } from './search-service.ts';
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

export function createHandler(options: HandlerOptions): SearchHandler {
  const { store, rate = 20, refreshMs = 1000, log, logQueries = false } = options;
  const limits = checkLimits(options.limits);
  const metrics = new Metrics();
  const releases = new Releases(store, refreshMs);
  const service = new SearchService(releases, limits, metrics);
  const prefix = prefixOf(options.base ?? '/');
  let draining = false;

  const { index: ownIndex, score = 'cosine' } = options;
  const router = new Router(prefix, {
    named: [
      searchRoute(service, limits, logQueries),
      infoRoute(releases, limits),
      healthRoute(releases, () => draining),
      metricsRoute(metrics, releases),
    ],
    root: ROOT_ROUTE,
    elastic: elasticRoute(service, limits, { prefix, ownIndex, score }),
  });
  const pipeline = new RequestPipeline({
    router,
    cors: new Cors(options.allowOrigins ?? []),
    rateLimit: rate > 0 ? new RateLimit(rate, Math.max(1, 2 * rate)) : null,
    metrics,
    log,
    logQueries,
  });

  const answer = (request: Incoming, context?: RequestContext): Promise<Outgoing> =>
    pipeline.answer(request, context?.client ?? '');

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

/** `/` as an empty string, `shop/search/` as `/shop/search`. */
function prefixOf(base: string): string {
  return `/${base.split('/').filter(Boolean).join('/')}`.replace(/\/$/, '');
}
