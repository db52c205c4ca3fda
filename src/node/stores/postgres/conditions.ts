import type { Value } from '../../database/postgres-batch.ts';
import type { PushedCondition } from '../pushed-filter.ts';
import { encodeVector } from './binary.ts';

/** Collects the values of a statement. */
export class Parameters {
  readonly values: Value[] = [];

  /** @returns `$3` */
  add(value: Value | Float32Array): string {
    this.values.push(value instanceof Float32Array ? encodeVector(value) : value);
    return `$${this.values.length}`;
  }
}

/** @returns SQL that holds for rows that meet all conditions; no text of them is part of it */
export function conditionsSql(
  conditions: readonly PushedCondition[],
  parameters: Parameters,
): string {
  if (conditions.length === 0) return 'true';
  return conditions.map((condition) => conditionSql(condition, parameters)).join(' AND ');
}

function conditionSql(condition: PushedCondition, parameters: Parameters): string {
  // No text of PostgreSQL has this character, so no row can match.
  if (textsOf(condition).some((text) => text.includes('\0'))) return 'false';
  if (condition.kind === 'terms') return `terms && ${parameters.add(condition.terms)}::text[]`;
  if (condition.kind === 'words') {
    return `strpos(words, ${parameters.add(condition.contains)}::text) > 0`;
  }
  const { attribute, gte, lte } = condition;
  const number = `(numbers ->> ${parameters.add(attribute)}::text)::float8`;
  const ends = [
    ...(gte === null ? [] : [`${number} >= ${parameters.add(gte)}::float8`]),
    ...(lte === null ? [] : [`${number} <= ${parameters.add(lte)}::float8`]),
  ];
  return ends.join(' AND ');
}

function textsOf(condition: PushedCondition): readonly string[] {
  if (condition.kind === 'terms') return condition.terms;
  return [condition.kind === 'words' ? condition.contains : condition.attribute];
}
