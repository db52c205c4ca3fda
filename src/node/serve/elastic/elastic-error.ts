import { HttpError } from '../handler/http-error.ts';

/** An error with the type that Elasticsearch gives it. */
export class ElasticError extends HttpError {
  readonly more: Readonly<Record<string, string>>;

  constructor(status: number, type: string, reason: string, more: Record<string, string> = {}) {
    super(status, type, reason);
    this.more = more;
  }
}

/** Our codes in the names of Elasticsearch's exceptions. */
const TYPES: Readonly<Record<string, string>> = {
  'bad-json': 'parsing_exception',
  'bad-request': 'illegal_argument_exception',
  'over-limit': 'illegal_argument_exception',
  'dimension-mismatch': 'illegal_argument_exception',
  'too-many-requests': 'circuit_breaking_exception',
  overloaded: 'es_rejected_execution_exception',
  timeout: 'timeout_exception',
};

/** The body of an error, in Elasticsearch's form. */
export function elasticErrorBody(error: HttpError): { status: number; body: object } {
  const { code, message } = error;
  // Elasticsearch has no conflict in a search.
  const status = error.status === 409 ? 400 : error.status;
  const type = error instanceof ElasticError ? code : (TYPES[code] ?? 'exception');
  const cause = { type, reason: message, ...(error instanceof ElasticError ? error.more : {}) };
  return { status, body: { error: { root_cause: [cause], ...cause }, status } };
}

export function noSuchIndex(given: string): ElasticError {
  const index = given.slice(0, 255);
  return new ElasticError(404, 'index_not_found_exception', `no such index [${index}]`, {
    'resource.type': 'index_or_alias',
    'resource.id': index,
    index_uuid: '_na_',
    index,
  });
}
