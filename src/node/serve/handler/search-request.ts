/**
 * The body of `POST /search`:
 *
 *     { "query":   { "vector": … } | { "id": "4711" } | { "several": [{ "vector": …, "weight": 1 }, { "id": … }] },
 *       "options": { "size": 12, … },          as of `search()` in the page
 *       "model":   "3f0c…",                    fingerprint of the model that made the vectors
 *       "centre":  "91aa…" }                   only if the vectors are centred already, as a store holds them
 */
import { checkRecord, isRecord, isText, type RulesFor } from '../../../core/check-record.ts';
import type { Query, SearchOptions, SingleQuery, Weighted } from '../../../core/contract.ts';
import { describe } from '../../../core/describe.ts';
import { checkParts } from '../../../core/search/check-parts.ts';
import { checkSearchOptions } from '../../../core/search/options.ts';
import type { ReleaseInfo } from '../../stores/store.ts';
import { checkCaps } from './check-caps.ts';
import { HttpError } from './http-error.ts';
import type { ServeLimits } from './limits.ts';
import { readVector } from './read-vector.ts';

interface SearchBody {
  readonly query: unknown;
  readonly options?: SearchOptions;
  readonly model?: string;
  readonly centre?: string;
}

/** What can be checked before the release is known. */
export type CheckedBody = Omit<SearchBody, 'options'> & { readonly options: SearchOptions };

const RULES: RulesFor<SearchBody> = {
  query: [isRecord, '{ "vector" }, { "id" } or { "several": [ … ] }'],
  options: [isRecord, 'an object of search options'],
  model: [isText, 'the fingerprint of the model that made the vector'],
  centre: [isText, 'the hash of the centre that was subtracted from the vector'],
};

const PARTS = '{ "vector": … }, { "id": "…" } or { "several": a list of them }';

/** @throws SoutuError `UsageError`; HttpError */
export function checkBody(body: unknown, limits: ServeLimits): CheckedBody {
  checkRecord(body, RULES, 'Field');
  const { query, options = {}, ...identity } = body as SearchBody;
  if (query === undefined) {
    throw new HttpError(400, 'bad-request', `"query" is missing: expected ${PARTS}.`);
  }
  checkSearchOptions(options);
  checkCaps(options, limits);
  return { query, options, ...identity };
}

/**
 * Reads the query's vectors for one release.
 * @throws HttpError 400 for a query in another form, 409 if its vectors are of another model than the release's
 */
export function readQuery(body: CheckedBody, release: ReleaseInfo, limits: ServeLimits): Query {
  const query = body.query as Record<string, unknown>;
  const only = Object.keys(query).filter((name) => query[name] !== undefined);
  if (only.length === 1 && only[0] === 'several') {
    checkParts(query.several);
    const several = query.several.map((part, i): Weighted<SingleQuery> => {
      const { weight, ...single } = part;
      const read = readSingle(single, body, release, limits, `"query.several[${i}]`);
      return weight === undefined ? read : { ...read, weight: weight as number };
    });
    return { several };
  }
  return readSingle(query, body, release, limits, '"query');
}

function readSingle(
  single: Record<string, unknown>,
  body: CheckedBody,
  release: ReleaseInfo,
  limits: ServeLimits,
  where: string,
): SingleQuery {
  const { id, vector } = single;
  const names = Object.keys(single).filter((name) => single[name] !== undefined);
  if (names.length === 1 && isText(id)) {
    if (id.length <= limits.characters) return { id };
    const message = `${where}.id" has ${id.length} characters, at most ${limits.characters} are accepted.`;
    throw new HttpError(400, 'over-limit', message);
  }
  if (names.length === 1 && vector !== undefined) {
    checkModel(body, release);
    return { vector: readVector(vector, release.dimension, `${where}.vector"`) };
  }
  throw new HttpError(400, 'bad-request', `${where}" must be ${PARTS}, got ${describe(single)}.`);
}

/** Vectors of two models may have one dimension: their cosines mean nothing, and nobody would notice. */
function checkModel({ model, centre }: CheckedBody, release: ReleaseInfo): void {
  if (model === undefined) {
    throw new HttpError(
      400,
      'model-missing',
      '"model" is missing: the fingerprint of the model that made the vector. GET /info gives the one of this ' +
        'index as "identity.model".',
    );
  }
  if (model !== release.model) {
    throw new HttpError(
      409,
      'model-mismatch',
      `The vector is of model ${describe(model)}, this index of model ${describe(release.model)}. Publish the ` +
        "site with the bundle that was pushed, or push the site's bundle: soutu push DIR --to URL",
    );
  }
  if (centre !== undefined && centre !== release.centre) {
    throw new HttpError(
      409,
      'centre-mismatch',
      `The vector was centred with ${describe(centre)}, this index with ${describe(release.centre)}. Send the ` +
        'plain vector without "centre", or centre it as the index of GET /info.',
    );
  }
}
