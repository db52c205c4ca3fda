/** `POST /INDEX/_search` and `GET /`, as Elasticsearch answers them. */
import { ElasticError, noSuchIndex } from '../../elastic/elastic-error.ts';
import { ELASTIC_PRODUCT, ELASTIC_ROOT } from '../../elastic/elastic-root.ts';
import { elasticSearch, type ScoreKind } from '../../elastic/elastic-search.ts';
import { readElasticRequest } from '../../elastic/read-request.ts';
import type { Incoming } from '../incoming.ts';
import type { ServeLimits } from '../limits.ts';
import { type LogDetails, noteSearch } from '../log.ts';
import { readJson } from '../read-body.ts';
import type { SearchService } from '../search-service.ts';
import { indexIn } from './index-path.ts';
import type { Answer, Route } from './route.ts';

export interface ElasticSettings {
  /** The path under which the service is mounted, without a slash at its end. */
  readonly prefix: string;
  /** The only name of the index; undefined for any. */
  readonly ownIndex: string | undefined;
  readonly score: ScoreKind;
}

export function elasticRoute(
  service: SearchService,
  limits: ServeLimits,
  { prefix, ownIndex, score }: ElasticSettings,
): Route {
  async function run(request: Incoming, details: LogDetails): Promise<Answer> {
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
      return {
        body: JSON.stringify(found),
        release: opened.info.release,
        engineMs,
        hits: found.hits.hits.length,
      };
    }, request.signal);
    noteSearch(details, release, engineMs, hits);
    return { body, headers: { 'Soutu-Release': release, ...ELASTIC_PRODUCT } };
  }
  return { name: 'elastic', path: '/INDEX/_search', method: 'POST', isRateLimited: true, run };
}

/** Elasticsearch's clients of 7.14 to 7.17 ask what they speak to before their first search. */
export const ROOT_ROUTE: Route = {
  name: 'root',
  path: '/',
  method: 'GET',
  isRateLimited: true,
  run: async () => ({ body: JSON.stringify(ELASTIC_ROOT), headers: ELASTIC_PRODUCT }),
};
