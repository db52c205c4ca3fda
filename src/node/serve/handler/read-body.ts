import { describe } from '../../../core/describe.ts';
import { messageOf } from '../../../core/errors.ts';
import { decodeUtf8 } from '../../../core/text.ts';
import { tooLarge } from './body-errors.ts';
import { HttpError } from './http-error.ts';
import type { BodyLimits, Incoming } from './incoming.ts';

/** The clients of Elasticsearch since version 8 name it so. */
const JSON_TYPE = /^(application\/(vnd\.elasticsearch\+)?json|text\/plain)$/;

/**
 * Reads a body of JSON, no further than the limit.
 *
 * `text/plain` is accepted, too: browsers send it to another origin without asking first (a CORS "simple request"), which
 * saves the visitor a round trip.
 * @throws HttpError 408, 413, 415 or 400
 */
export async function readJson(request: Incoming, limits: BodyLimits): Promise<unknown> {
  const type = request.header('Content-Type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === undefined || !JSON_TYPE.test(type)) {
    throw new HttpError(
      415,
      'media-type',
      `Expected a body of JSON with "Content-Type: application/json", got ${type ? describe(type) : 'none'}.`,
    );
  }
  const { bodyBytes } = limits;
  if (Number(request.header('Content-Length') ?? 0) > bodyBytes) throw tooLarge(bodyBytes);
  const bytes = await request.body(limits);
  if (!bytes?.length) throw new HttpError(400, 'bad-json', 'The body is empty, expected JSON.');
  const text = decode(bytes);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new HttpError(400, 'bad-json', `The body is not JSON: ${messageOf(error)}.`);
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes);
  } catch (error) {
    throw new HttpError(400, 'bad-json', 'The body is not UTF-8.', { cause: error });
  }
}
