/** `_source` of a request: which fields of an item are returned. Patterns may have `*`. */
import { isRecord } from '../../../core/check-record.ts';
import { describe } from '../../../core/describe.ts';
import { ElasticError } from './elastic-error.ts';

/** null: no `_source` at all. */
export type SourceFilter = ((field: string) => boolean) | null;

export function readSource(source: unknown): SourceFilter {
  if (source === undefined || source === true) return () => true;
  if (source === false) return null;
  if (!isRecord(source)) return matching(source);
  const { includes, include, excludes, exclude, ...others } = source;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw malformed(source);
  const isIn = matching(includes ?? include ?? []);
  const out = excludes ?? exclude;
  const isOut = out === undefined ? () => false : matching(out);
  const all = [includes ?? include ?? []].flat().length === 0;
  return (field) => (all || isIn(field)) && !isOut(field);
}

function matching(patterns: unknown): (field: string) => boolean {
  const list = [patterns].flat();
  if (!list.every((one) => typeof one === 'string' && one.length < 200)) throw malformed(patterns);
  const tests = (list as string[]).map((one) => one.split('*'));
  return (field) => tests.some((pieces) => isMatch(field, pieces));
}

/** Without a regular expression, whose time a client could stretch. */
function isMatch(field: string, [first = '', ...pieces]: readonly string[]): boolean {
  if (pieces.length === 0) return field === first;
  if (!field.startsWith(first)) return false;
  const last = pieces.at(-1) ?? '';
  let at = first.length;
  for (const piece of pieces.slice(0, -1)) {
    const found = field.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return field.length - last.length >= at && field.endsWith(last);
}

function malformed(source: unknown): ElasticError {
  return new ElasticError(400, 'parsing_exception', `[_source] malformed: ${describe(source)}`);
}
