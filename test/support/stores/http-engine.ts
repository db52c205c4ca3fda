/** An engine with an HTTP API that answers what a test says, and remembers what it was asked. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Asked {
  /** `PUT /collections/…` */
  readonly request: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** @param body an object as JSON, a text as it is */
export type Answer = readonly [status: number, body: unknown];

/** @returns `127.0.0.1:PORT`, and what was asked so far */
export async function httpEngine(
  answer: (asked: Asked) => Answer,
): Promise<{ readonly host: string; readonly asked: readonly Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece);
    const text = Buffer.concat(pieces).toString();
    const { method, url, headers } = incoming;
    const one = {
      request: `${method} ${url}`,
      headers,
      body: text === '' ? null : JSON.parse(text),
    };
    asked.push(one);
    const [status, body] = answer(one);
    outgoing.writeHead(status);
    outgoing.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
