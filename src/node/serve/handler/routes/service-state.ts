/** `GET /info`, `/health` and `/metrics`: the catalogue, and how the service is. */
import { infoOf } from '../../../../core/bundle/info.ts';
import { HttpError } from '../http-error.ts';
import type { Incoming } from '../incoming.ts';
import type { ServeLimits } from '../limits.ts';
import type { LogDetails } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Releases } from '../releases.ts';
import type { Answer, Route } from './route.ts';

export function infoRoute(releases: Releases, limits: ServeLimits): Route {
  async function run(_request: Incoming, details: LogDetails): Promise<Answer> {
    const described = await releases.use(async ({ info, manifest }) => {
      const { release, count, model, centre, dimension } = info;
      details.release = release;
      return {
        ...infoOf(manifest, []),
        count,
        release,
        identity: { model, centre, dimension },
        limits,
      };
    });
    return { body: JSON.stringify(described) };
  }
  return { name: 'info', path: '/info', method: 'GET', isRateLimited: true, run };
}

export function healthRoute(releases: Releases, isDraining: () => boolean): Route {
  async function run(): Promise<Answer> {
    if (isDraining()) throw new HttpError(503, 'draining', 'The service is stopping.');
    const { release, count } = await releases.check();
    return { body: JSON.stringify({ status: 'ok', release, count }) };
  }
  return { name: 'health', path: '/health', method: 'GET', isRateLimited: false, run };
}

export function metricsRoute(metrics: Metrics, releases: Releases): Route {
  const type = 'text/plain; version=0.0.4; charset=utf-8';
  const run = async () => ({ type, body: metrics.text(releases.known) });
  return { name: 'metrics', path: '/metrics', method: 'GET', isRateLimited: false, run };
}
