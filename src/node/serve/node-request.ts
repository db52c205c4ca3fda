import type { IncomingMessage } from 'node:http';
import { clientLeft, slowBody, tooLarge } from './handler/body-errors.ts';
import type { BodyLimits, Incoming } from './handler/incoming.ts';

/**
 * A request of Node's server. A `Request` of it, whose body is a web stream, would take as long to make as a search to answer.
 * @returns null if the path or the host is malformed
 */
export function incomingOf(message: IncomingMessage, signal: AbortSignal): Incoming | null {
  const { method = 'GET', url = '/', headers } = message;
  let parsed: URL;
  try {
    parsed = new URL(`http://${headers.host ?? 'localhost'}${url.startsWith('/') ? url : '/'}`);
  } catch {
    return null;
  }
  return {
    ...{ method, signal },
    url: parsed,
    header(name) {
      const value = headers[name.toLowerCase()];
      return Array.isArray(value) ? value.join(', ') : (value ?? null);
    },
    body: (limits) => readBody(message, limits),
  };
}

function readBody(
  message: IncomingMessage,
  { bodyBytes, timeoutMs }: BodyLimits,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const ended = (error: Error | null) => {
      clearTimeout(timer);
      message.off('data', take).off('end', finish).off('close', leave).off('error', leave);
      if (error) {
        // The rest is not read: the answer ends the connection.
        message.pause();
        reject(error);
      } else {
        resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, bytes));
      }
    };
    const take = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bodyBytes) ended(tooLarge(bodyBytes));
      else chunks.push(chunk);
    };
    const finish = () => ended(null);
    const leave = (error?: Error) => ended(clientLeft(error));
    const timer = setTimeout(() => ended(slowBody(timeoutMs)), timeoutMs);
    message.on('data', take).once('end', finish).once('close', leave).once('error', leave);
  });
}
