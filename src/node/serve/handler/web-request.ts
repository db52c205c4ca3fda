import { clientLeft, slowBody, tooLarge } from './body-errors.ts';
import type { BodyLimits, Incoming } from './incoming.ts';

export function incomingOf(request: Request): Incoming {
  const { method, signal, headers } = request;
  return {
    ...{ method, signal },
    url: new URL(request.url),
    header: (name) => headers.get(name),
    body: (limits) => readBody(request, limits),
  };
}

async function readBody(
  { body }: Request,
  { bodyBytes, timeoutMs }: BodyLimits,
): Promise<Uint8Array | null> {
  const reader = body?.getReader();
  if (!reader) return null;
  const late = AbortSignal.timeout(timeoutMs);
  const stop = () => void reader.cancel().catch(() => undefined);
  late.addEventListener('abort', stop, { once: true });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown): never => {
        throw clientLeft(error);
      });
      if (late.aborted) throw slowBody(timeoutMs);
      if (done) return joined(chunks, bytes);
      bytes += value.length;
      if (bytes > bodyBytes) {
        stop();
        throw tooLarge(bodyBytes);
      }
      chunks.push(value);
    }
  } finally {
    late.removeEventListener('abort', stop);
  }
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = chunks;
  if (chunks.length === 1 && only) return only;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
