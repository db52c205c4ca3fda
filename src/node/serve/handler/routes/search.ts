/** `POST /search` */
import { isRecord } from '../../../../core/check-record.ts';
import { MOST_PARTS, type SearchResponse } from '../../../../core/contract.ts';
import type { Incoming } from '../incoming.ts';
import type { ServeLimits } from '../limits.ts';
import { type LogDetails, noteSearch } from '../log.ts';
import { readJson } from '../read-body.ts';
import type { OpenRelease } from '../releases.ts';
import { checkBody, readQuery } from '../search-request.ts';
import type { SearchService } from '../search-service.ts';
import type { Answer, Route } from './route.ts';

/** @param logQueries whether log entries have the ids, the text and the filter of a query */
export function searchRoute(
  service: SearchService,
  limits: ServeLimits,
  logQueries: boolean,
): Route {
  async function run(request: Incoming, details: LogDetails): Promise<Answer> {
    const body = checkBody(await readJson(request, limits), limits);
    if (logQueries) details.query = loggable(body.query, body.options);
    const asked = {
      options: body.options,
      centred: body.centre !== undefined,
      queryFor: ({ info }: OpenRelease) => readQuery(body, info, limits),
    };
    const { response, release, engineMs } = await service.search(asked, request.signal);
    noteSearch(details, release, engineMs, response.hits.length);
    return {
      body: JSON.stringify(withoutVectors(response)),
      headers: { 'Soutu-Release': release },
    };
  }
  return { name: 'search', path: '/search', method: 'POST', isRateLimited: true, run };
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
