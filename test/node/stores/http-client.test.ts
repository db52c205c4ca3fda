/** Answers that no engine gives; what engines answer is tested with each of them. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HttpStore, parseStoreAddress } from '../../../src/node/stores/address.ts';
import { HttpClient, type HttpFault } from '../../../src/node/stores/http/client.ts';

const MB = 2 ** 20;
let sent = 0;
let hung = 0;
const server = createServer((request, response) => {
  sent = 0;
  if (request.url === '/hang') {
    hung++;
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  const piece = Buffer.alloc(MB / 4, ' ');
  const write = () => {
    if (response.destroyed || sent >= 64 * MB) return;
    sent += piece.length;
    if (response.write(piece)) setImmediate(write);
    else response.once('drain', write);
  };
  write();
});
let client: HttpClient;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const address = parseStoreAddress(`opensearch+http://127.0.0.1:${port}`, {}, {}) as HttpStore;
  client = new HttpClient(address, () => ({ code: '', reason: '' }));
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test('an answer without an end is refused, and its connection ends', async () => {
  const options = { mostBytes: 2 * MB, retries: { tries: 0, backOffMs: 1 } };
  const asked = client.request('GET', '/', undefined, options);
  await expect(asked).rejects.toThrow('The answer has more than 2 MB, which no engine sends');
  const then = sent;
  expect(then).toBeLessThan(64 * MB);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(sent - then).toBeLessThanOrEqual(MB);
});

test('a server that hangs is given up after the time of the search', async () => {
  const options = { timeoutMs: 80, retries: { tries: 0, backOffMs: 1 } };
  const fault = await client.request('GET', '/hang', undefined, options).catch((e: HttpFault) => e);
  expect(fault).toMatchObject({ code: 'ETIMEDOUT', message: 'No answer within 0.08 s' });
});

test('a query that took too long is not sent again; what writes is', async () => {
  const times = async (options: object) => {
    hung = 0;
    const asked = client.request('POST', '/hang', {}, { timeoutMs: 1000, ...options });
    await expect(asked).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    return hung;
  };
  expect(await times({})).toBe(1);
  expect(await times({ retries: { tries: 2, backOffMs: 1 } })).toBe(3);
});
