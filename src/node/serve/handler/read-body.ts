import { describe } from '../../../core/describe.ts';
import { messageOf } from '../../../core/errors.ts';
import { decodeUtf8 } from '../../../core/text.ts';
import { HttpError } from './http-error.ts';
import type { ServeLimits } from './limits.ts';

/** The clients of Elasticsearch since version 8 name it so. */
const JSON_TYPE = /^(application\/(vnd\.elasticsearch\+)?json|text\/plain)$/;

/**
 * Reads a body of JSON, no further than the limit.
 *
 * `text/plain` is accepted, too: browsers send it to another origin without asking first (a CORS "simple request"), which
 * saves the visitor a round trip.
 * @throws HttpError 408, 413, 415 or 400
 */
export async function readJson(request: Request, limits: ServeLimits): Promise<unknown> {
  const type = request.headers.get('Content-Type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === undefined || !JSON_TYPE.test(type)) {
    throw new HttpError(
      415,
      'media-type',
      `Expected a body of JSON with "Content-Type: application/json", got ${type ? describe(type) : 'none'}.`,
    );
  }
  if (Number(request.headers.get('Content-Length') ?? 0) > limits.bodyBytes) throw tooLarge(limits);
  const text = await readText(request, limits);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new HttpError(400, 'bad-json', `The body is not JSON: ${messageOf(error)}.`);
  }
}

async function readText(request: Request, limits: ServeLimits): Promise<string> {
  const reader = request.body?.getReader();
  if (!reader) throw new HttpError(400, 'bad-json', 'The body is empty, expected JSON.');
  const late = AbortSignal.timeout(limits.timeoutMs);
  const stop = () => void reader.cancel().catch(() => undefined);
  late.addEventListener('abort', stop, { once: true });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(leave);
      if (late.aborted) break;
      if (done) return decode(chunks, bytes);
      bytes += value.length;
      if (bytes > limits.bodyBytes) {
        stop();
        throw tooLarge(limits);
      }
      chunks.push(value);
    }
  } finally {
    late.removeEventListener('abort', stop);
  }
  throw new HttpError(
    408,
    'slow-body',
    `The body did not arrive within ${limits.timeoutMs / 1000} seconds.`,
  );
}

function leave(error: unknown): never {
  throw new HttpError(499, 'client-left', 'The client closed the connection.', { cause: error });
}

function decode(chunks: readonly Uint8Array[], length: number): string {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  try {
    return decodeUtf8(whole);
  } catch (error) {
    throw new HttpError(400, 'bad-json', 'The body is not UTF-8.', { cause: error });
  }
}

function tooLarge({ bodyBytes }: ServeLimits): HttpError {
  return new HttpError(
    413,
    'body-too-large',
    `The body is larger than ${bodyBytes} bytes, which is the most that this service accepts.`,
  );
}
