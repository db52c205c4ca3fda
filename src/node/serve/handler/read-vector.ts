/**
 * Vectors in a request, as a list of numbers or as little-endian numbers in base64:
 *
 *     [0.1, 0.2, …]     { "f32": "zczMPc3MTD4…" }     { "f16": "Zi5mMg…" }
 */
import { isRecord } from '../../../core/check-record.ts';
import { describe } from '../../../core/describe.ts';
import { halvesToFloats, nonFiniteHalf } from '../../../core/half.ts';
import { decodeBase64 } from '../../../core/text.ts';
import { HttpError } from './http-error.ts';

const FORMS = 'a list of numbers, { "f32": base64 } or { "f16": base64 }';

/**
 * @param where names the vector in errors
 * @throws HttpError 400 for another form or a number that is not finite, 409 for another dimension
 */
export function readVector(
  value: unknown,
  dimension: number,
  where: string,
): Float32Array<ArrayBuffer> {
  const vector = Array.isArray(value)
    ? readNumbers(value, dimension, where)
    : readBase64(value, dimension, where);
  let largest = 0;
  for (let i = 0; i < vector.length; i++) {
    const x = vector[i] as number;
    if (!Number.isFinite(x)) throw refused(`${where}: number ${i} is not finite.`);
    largest = Math.max(largest, Math.abs(x));
  }
  if (largest === 0) throw refused(`${where}: all numbers are 0, so nothing can be near.`);
  return vector;
}

function readNumbers(values: readonly unknown[], dimension: number, where: string) {
  checkDimension(values.length, dimension, where);
  const at = values.findIndex((x) => typeof x !== 'number');
  if (at >= 0) {
    throw refused(`${where}: expected numbers, got ${describe(values[at])} at ${at}.`);
  }
  return Float32Array.from(values as number[]);
}

function readBase64(value: unknown, dimension: number, where: string) {
  const given = isRecord(value) ? Object.entries(value) : [];
  const [[form, text] = ['', null]] = given;
  if (given.length !== 1 || !(form === 'f32' || form === 'f16') || typeof text !== 'string') {
    throw refused(`${where} must be ${FORMS}, got ${describe(value)}.`);
  }
  const bytes = bytesOf(text);
  if (!bytes) {
    throw refused(`${where}: "${form}" must be base64 with its padding, got ${describe(text)}.`);
  }
  const width = form === 'f32' ? 4 : 2;
  checkDimension(bytes.length / width, dimension, where);
  if (form === 'f32') {
    const view = new DataView(bytes.buffer);
    const numbers = new Float32Array(dimension);
    for (let i = 0; i < dimension; i++) numbers[i] = view.getFloat32(4 * i, true);
    return numbers;
  }
  const view = new DataView(bytes.buffer);
  const halves = Uint16Array.from({ length: dimension }, (_, i) => view.getUint16(2 * i, true));
  const at = nonFiniteHalf(halves);
  if (at >= 0) throw refused(`${where}: number ${at} is not finite.`);
  return halvesToFloats(halves);
}

/** @returns null if the text is not base64 with its padding */
function bytesOf(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    const bytes = decodeBase64(text);
    const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
    // The length tells of spaces, which decoders pass over, in less time than a test of every character.
    return bytes.length === (3 * text.length) / 4 - padding ? bytes : null;
  } catch {
    return null;
  }
}

function checkDimension(got: number, dimension: number, where: string): void {
  if (got === dimension) return;
  throw new HttpError(
    409,
    'dimension-mismatch',
    `${where} has ${got} numbers, the vectors of this index have ${dimension}: they are of another model. ` +
      'Embed the query with the model of the index; GET /info names it.',
  );
}

function refused(message: string): HttpError {
  return new HttpError(400, 'bad-request', message);
}
