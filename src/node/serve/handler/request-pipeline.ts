import { elasticErrorBody } from '../elastic/elastic-error.ts';
import type { Cors } from './cors.ts';
import { HttpError, httpErrorOf } from './http-error.ts';
import type { Incoming, Outgoing } from './incoming.ts';
import { type Log, type LogDetails, logEntryOf } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Route } from './routes/route.ts';
import type { Router } from './routes/router.ts';

export interface PipelineParts {
  readonly router: Router;
  readonly cors: Cors;
  /** null for any number of requests */
  readonly rateLimit: RateLimit | null;
  readonly metrics: Metrics;
  readonly log: Log | undefined;
  /** Whether log entries quote queries. */
  readonly logQueries: boolean;
}

/**
 * The way of every request:
 *
 *     find the route ─▶ check origin, path, method and rate ─▶ run the route ─▶ answer ─▶ metrics, log
 *                                        ╰────── HttpError ──────╯─▶ its answer ──╯
 */
export class RequestPipeline {
  readonly #parts: PipelineParts;

  constructor(parts: PipelineParts) {
    this.#parts = parts;
  }

  /** @param client whose rate is limited */
  async answer(request: Incoming, client: string): Promise<Outgoing> {
    const { router, cors } = this.#parts;
    const start = performance.now();
    const route = router.find(request.url.pathname);
    const details: LogDetails = {};
    let failure: HttpError | null = null;
    let response: Outgoing;
    // Changed in place: literals with several spreads are slow.
    const headers: Record<string, string> = { 'Cache-Control': 'no-store' };
    try {
      response =
        request.method === 'OPTIONS'
          ? cors.preflight(request)
          : await this.#respond(request, route, headers, client, details);
    } catch (error) {
      failure = httpErrorOf(error);
      response = errorResponse(failure, route, headers);
    }
    this.#record(request, route, performance.now() - start, response, failure, details);
    return response;
  }

  /** @param headers those of its answer, also if this throws */
  async #respond(
    request: Incoming,
    route: Route | null,
    headers: Record<string, string>,
    client: string,
    details: LogDetails,
  ): Promise<Outgoing> {
    const { router, cors, rateLimit } = this.#parts;
    // First, so that pages can read an error, too.
    Object.assign(headers, cors.headers(request));
    if (!route) throw router.unknownPath();
    checkMethod(request.method, route);
    if (route.isRateLimited) rateLimit?.check(client);
    const answer = await route.run(request, details);
    headers['Content-Type'] = answer.type ?? JSON_TYPE;
    Object.assign(headers, answer.headers);
    return { status: 200, headers, body: request.method === 'HEAD' ? null : answer.body };
  }

  #record(
    request: Incoming,
    route: Route | null,
    ms: number,
    response: Outgoing,
    failure: HttpError | null,
    details: LogDetails,
  ): void {
    const { metrics, log, logQueries } = this.#parts;
    const name = route?.name ?? 'none';
    const status = failure?.status ?? response.status;
    metrics.answered(name, status, ms / 1000);
    log?.(
      logEntryOf({ method: request.method, route: name, status, ms }, details, failure, logQueries),
    );
  }
}

const JSON_TYPE = 'application/json; charset=utf-8';

function checkMethod(method: string, route: Route): void {
  if (method === route.method || (method === 'HEAD' && route.method === 'GET')) return;
  throw new HttpError(405, 'method', `${route.path} answers ${route.method}, not ${method}.`, {
    headers: { Allow: route.method === 'GET' ? 'GET, HEAD' : 'POST' },
  });
}

/** @param headers of every answer to this request */
function errorResponse(
  failure: HttpError,
  route: Route | null,
  headers: Record<string, string>,
): Outgoing {
  const { code, message } = failure;
  const { status, body } =
    route?.name === 'elastic'
      ? elasticErrorBody(failure)
      : { status: failure.status, body: { code, message } };
  headers['Content-Type'] = JSON_TYPE;
  return {
    // 499 is for the log: the client has left.
    status: status === 499 ? 503 : status,
    headers: Object.assign(headers, failure.headers),
    body: JSON.stringify(body),
  };
}
