/** The client of Redis against servers that answer in pieces, in another protocol, or not at all. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { parseStoreAddress, type RedisStore } from '../../../src/node/stores/address.ts';
import { RedisClient } from '../../../src/node/stores/redis/client.ts';
import { ReplyReader } from '../../../src/node/stores/redis/reply.ts';
import { cpuMs } from '../../support/cpu-time.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

async function clientOf(answer: (socket: Socket) => void, silenceMs?: number) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('data', () => answer(socket));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const address = parseStoreAddress(`redis://127.0.0.1:${port}`, {}, {}) as RedisStore;
  const client = new RedisClient(address, silenceMs);
  ends.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return client;
}

test('another protocol is an error that says what to check', async () => {
  const client = await clientOf((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await expect(client.send('PING')).rejects.toThrow(/protocol of Redis; is the port right/);
});

test('lists without end are an error', async () => {
  const client = await clientOf((socket) => socket.write('*1\r\n'.repeat(100_000)));
  await expect(client.send('PING')).rejects.toThrow(/protocol of Redis/);
});

test('a server that does not answer is given up', async () => {
  const client = await clientOf(() => undefined, 100);
  await expect(client.send('PING')).rejects.toThrow('No answer within 0.1 s');
});

test('answers in pieces of any size are read once, and are the same', async () => {
  const ids = Array.from({ length: 20_000 }, (_, i) => `item-${i}\r\n${'x'.repeat(i % 50)}`);
  const bytes = Buffer.from(
    `+OK\r\n:-3\r\n$-1\r\n-ERR no\r\n*0\r\n*2\r\n*1\r\n:1\r\n+a\r\n*${ids.length}\r\n` +
      ids.map((id) => `$${Buffer.byteLength(id)}\r\n${id}\r\n`).join(''),
  );
  for (const size of [1, 7, 1000, bytes.length]) {
    const reader = new ReplyReader();
    const answers: ReturnType<ReplyReader['read']>[number][] = [];
    const spent = await cpuMs(() => {
      for (let at = 0; at < bytes.length; at += size) {
        answers.push(...reader.read(bytes.subarray(at, at + size)));
      }
    });
    // Reading each answer from its beginning, for each piece, takes minutes.
    expect(spent).toBeLessThan(20_000);
    expect(answers.map(({ error }) => error)).toEqual([
      null,
      null,
      null,
      'ERR no',
      null,
      null,
      null,
    ]);
    const [ok, number, none, , empty, nested, long] = answers.map(({ reply }) => reply);
    expect([String(ok), number, none, empty]).toEqual(['OK', -3, null, []]);
    expect(nested).toEqual([[1], Buffer.from('a')]);
    expect((long as Buffer[]).map(String)).toEqual(ids);
  }
});
