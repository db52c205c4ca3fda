/** Whose address a request has: of the connection, or as proxies in front say. */
import { expect, onTestFinished, test } from 'vitest';
import { type ServedHandler, serveHandler } from '../../../src/node/serve/node-server.ts';

async function clientSeen(trustProxy: boolean | number, forwarded?: string): Promise<string> {
  const handler: ServedHandler = {
    answer: async (_, { client = '' } = {}) => ({ status: 200, headers: {}, body: client }),
    drain: () => undefined,
    close: () => undefined,
  };
  const options = { port: 0, host: '127.0.0.1', timeoutMs: 1000, trustProxy };
  const server = await serveHandler(handler, options);
  onTestFinished(() => server.close());
  const headers = forwarded === undefined ? {} : { 'X-Forwarded-For': forwarded };
  return (await fetch(server.url, { headers })).text();
}

const OWN = '127.0.0.1';

test.each([
  [0, '1.1.1.1', OWN],
  [false, '1.1.1.1', OWN],
  [true, '6.6.6.6, 1.1.1.1', '1.1.1.1'],
  [1, '6.6.6.6, 1.1.1.1', '1.1.1.1'],
  // The outer proxy saw the client, the inner one saw the outer one.
  [2, '6.6.6.6, 1.1.1.1, 10.0.0.2', '1.1.1.1'],
  [3, '6.6.6.6, 1.1.1.1,10.0.0.3 , 10.0.0.2', '1.1.1.1'],
  // A request that did not come through both.
  [2, '1.1.1.1', '1.1.1.1'],
  [1, '[2001:db8::1]:443', '2001:db8::1'],
  [1, '1.1.1.1:8080', '1.1.1.1'],
  [1, 'no address', OWN],
  [1, undefined, OWN],
])('with %s proxies and X-Forwarded-For: %s', async (proxies, forwarded, client) => {
  expect(await clientSeen(proxies, forwarded)).toBe(client);
});
