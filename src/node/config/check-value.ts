import { isRecord } from '../../core/check-record.ts';
import { describe } from '../../core/describe.ts';
import type { Schema } from '../../core/json-schema.ts';
import { nearestOption } from '../files/nearest-option.ts';

/**
 * @param name of the value, such as `map.id`; empty for the whole file
 * @returns what is wrong, as a sentence; null if nothing is
 */
export function faultIn(value: unknown, schema: Schema, name = ''): string | null {
  const { anyOf, enum: words } = schema;
  const wrong = () => `"${name}" must be ${expected(schema)}, got ${describe(value)}.`;
  if (anyOf) return anyOf.some((one) => faultIn(value, one, name) === null) ? null : wrong();
  if (words) return words.includes(value as string) ? null : wrong();
  if (schema.type === 'object') return faultInObject(value, schema, name);
  if (schema.type === 'array') {
    if (!Array.isArray(value)) return wrong();
    const faults = value.map((one, i) => faultIn(one, schema.items ?? {}, `${name}[${i}]`));
    return faults.find((fault) => fault !== null) ?? null;
  }
  return fits(value, schema) ? null : wrong();
}

function fits(value: unknown, { type, minimum, maximum, minLength = 0, pattern }: Schema): boolean {
  if (type === undefined) return true;
  if (type === 'string') {
    if (typeof value !== 'string' || value.length < minLength) return false;
    return pattern === undefined || new RegExp(pattern, 'u').test(value);
  }
  if (type === 'boolean') return typeof value === 'boolean';
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  if (type === 'integer' && !Number.isInteger(value)) return false;
  return value >= (minimum ?? value) && value <= (maximum ?? value);
}

function faultInObject(value: unknown, schema: Schema, name: string): string | null {
  if (!isRecord(value)) {
    const what = name === '' ? 'expected an object with options' : `"${name}" must be an object`;
    return `${what}, got ${describe(value)}.`;
  }
  const { properties = {}, additionalProperties: others } = schema;
  const known = Object.keys(properties);
  for (const [field, below] of Object.entries(value)) {
    // As if it were not there: scripts write `query: condition ? '...' : undefined`.
    if (below === undefined) continue;
    const path = name === '' ? field : `${name}.${field}`;
    const own = Object.hasOwn(properties, field) ? properties[field] : undefined;
    const schemaOf = own ?? (typeof others === 'object' ? others : undefined);
    if (schemaOf === undefined && others === false) {
      const nearest = nearestOption(field, known);
      return `unknown field "${path}". ${nearest ? `Did you mean "${nearest}"?` : name === '' ? 'The fields are the options of build() in soutu/node; see the guide.' : `Expected one of ${known.join(', ')}.`}`;
    }
    const fault = schemaOf ? faultIn(below, schemaOf, path) : null;
    if (fault !== null) return fault;
  }
  return null;
}

function expected({ type, enum: words, anyOf, minimum, maximum, pattern }: Schema): string {
  if (anyOf) return anyOf.map(expected).join(' or ');
  if (words) return words.map((word) => `"${word}"`).join(' or ');
  if (type === 'boolean') return 'true or false';
  if (type === 'string') return pattern === undefined ? 'a text' : 'a share such as "2%"';
  if (type === 'array') return 'a list';
  if (type === 'object') return 'an object';
  const kind = type === 'integer' ? 'a whole number' : 'a number';
  if (maximum === undefined || maximum === Number.MAX_SAFE_INTEGER) {
    return minimum === undefined ? kind : `${kind} from ${minimum} up`;
  }
  return `${kind} from ${minimum} to ${maximum}`;
}
