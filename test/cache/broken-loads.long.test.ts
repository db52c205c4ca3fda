/** Loads that break, at a real server on this machine: what is kept of them, what is asked again. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AssetCache } from '../../src/cache/asset-cache.ts';
import type { AssetStore } from '../../src/cache/asset-store.ts';
import { createMemoryStore } from '../../src/cache/memory-store.ts';
import { MissingFileError } from '../../src/core/errors.ts';
import type { FileRef } from '../../src/core/file-ref.ts';
import { seededRandom } from '../../src/core/vector/random.ts';

const random = seededRandom(5);
const FILE = Uint8Array.from({ length: 600_000 }, () => random() * 256);
const ref: FileRef = {
  file: 'weights.bin',
  bytes: FILE.length,
  sha256: createHash('sha256').update(FILE).digest('hex'),
};
const PATIENCE = { retryMs: [1, 1], stallMs: 5000 };
const PART_KEY = /^part:[0-9a-f]{64}:\d{10}$/;

interface Sent {
  readonly range: string | undefined;
  bytes: number;
}

let server: Server;
let url: string;
let store: AssetStore;
let sent: Sent[];
/** How each request is answered, in turn; the last holds for all that follow. */
let answers: ((request: IncomingMessage, response: ServerResponse, log: Sent) => void)[];

beforeEach(async () => {
  store = createMemoryStore();
  sent = [];
  server = createServer((request, response) => {
    const log = { range: request.headers.range, bytes: 0 };
    sent.push(log);
    answers[Math.min(sent.length, answers.length) - 1]?.(request, response, log);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/weights.bin`;
});

afterEach(
  () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
);

/** A host that knows ranges; it breaks off after so many bytes of its answer. */
const upTo =
  (limit = Number.POSITIVE_INFINITY, file = FILE) =>
  (request: IncomingMessage, response: ServerResponse, log: Sent) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const headers: Record<string, string | number> = { 'Content-Length': file.length - from };
    if (from > 0) headers['Content-Range'] = `bytes ${from}-${file.length - 1}/${file.length}`;
    response.writeHead(from > 0 ? 206 : 200, headers);
    give(response, file.subarray(from, from + limit), from + limit < file.length, log);
  };

/** A host that always sends the whole. */
const whole =
  (limit = Number.POSITIVE_INFINITY) =>
  (_: IncomingMessage, response: ServerResponse, log: Sent) => {
    response.writeHead(200, { 'Content-Length': FILE.length });
    give(response, FILE.subarray(0, limit), limit < FILE.length, log);
  };

function give(response: ServerResponse, bytes: Uint8Array, breaks: boolean, log: Sent): void {
  log.bytes = bytes.length;
  if (breaks) response.write(bytes, () => setTimeout(() => response.destroy(), 20));
  else response.end(bytes);
}

const cacheOf = (patience = PATIENCE) => {
  const told: number[] = [];
  const cache = new AssetCache(store, (_, loaded) => told.push(loaded), patience);
  return { cache, told };
};
const all = () => sent.reduce((sum, { bytes }) => sum + bytes, 0);
const isFile = (bytes: Uint8Array) => Buffer.compare(bytes, FILE) === 0;

describe('a connection that breaks', () => {
  test('goes on where it stopped: each byte crosses the network once, and none is left behind', async () => {
    answers = [upTo(200_000), upTo(150_000), upTo()];
    const { cache, told } = cacheOf();
    expect(isFile(await cache.read(url, ref))).toBe(true);
    expect(sent.map(({ range }) => range)).toEqual([undefined, 'bytes=200000-', 'bytes=350000-']);
    expect(all()).toBe(FILE.length);
    expect(await store.keys()).toEqual([ref.sha256]);
    // Progress never falls back.
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBe(FILE.length);
  });

  test('that comes further each time is tried again as often as it takes', async () => {
    answers = [...Array.from({ length: 9 }, () => upTo(60_000)), upTo()];
    expect(isFile(await cacheOf().cache.read(url, ref))).toBe(true);
    expect(sent).toHaveLength(10);
  });

  test('and comes no further is given up, and tells how far it came; the next visit goes on there', async () => {
    answers = [upTo(250_000), upTo(0)];
    await expect(cacheOf().cache.read(url, ref)).rejects.toMatchObject({
      name: 'NetworkError',
      message: expect.stringMatching(
        /weights\.bin: the connection broke after 250000 bytes \(.+\)\. Try again\./,
      ),
    });
    expect(sent).toHaveLength(1 + PATIENCE.retryMs.length);
    for (const key of await store.keys()) expect(key).toMatch(PART_KEY);
    // Another page, after the tab was closed.
    sent = [];
    answers = [upTo()];
    const { cache, told } = cacheOf();
    expect(isFile(await cache.read(url, ref))).toBe(true);
    expect(sent).toEqual([{ range: 'bytes=250000-', bytes: 350_000 }]);
    expect(told[0]).toBe(250_000);
    expect(await store.keys()).toEqual([ref.sha256]);
  });

  test('leaves no parts of a file that a full device refuses when it is whole', async () => {
    answers = [upTo(250_000), upTo()];
    const parts: string[] = [];
    const { put } = store;
    store.put = async (key, bytes) => {
      if (key === ref.sha256) throw new Error('Quota exceeded.');
      parts.push(key);
      await put(key, bytes);
    };
    await expect(cacheOf().cache.read(url, ref)).rejects.toThrow('Quota exceeded.');
    expect(parts).not.toEqual([]);
    expect(await store.keys()).toEqual([]);
  });

  test('and falls silent instead counts as broken', async () => {
    const silent = (_: IncomingMessage, response: ServerResponse, log: Sent) => {
      response.writeHead(200, { 'Content-Length': FILE.length });
      response.write(FILE.subarray(0, 100_000));
      log.bytes = 100_000;
    };
    answers = [silent, upTo()];
    expect(isFile(await cacheOf({ ...PATIENCE, stallMs: 1000 }).cache.read(url, ref))).toBe(true);
    expect(sent[1]?.range).toBe('bytes=100000-');
    answers = [silent];
    const { cache } = cacheOf({ retryMs: [], stallMs: 1000 });
    await store.clear();
    await expect(cache.read(url, ref)).rejects.toThrow(
      'the connection broke after 100000 bytes (nothing came for 1 s). Try again.',
    );
  });

  test('or is accepted and never answered, too', async () => {
    const mute = () => undefined;
    answers = [mute, upTo()];
    expect(isFile(await cacheOf({ ...PATIENCE, stallMs: 1000 }).cache.read(url, ref))).toBe(true);
    await store.clear();
    answers = [mute];
    await expect(cacheOf({ retryMs: [], stallMs: 1000 }).cache.read(url, ref)).rejects.toThrow(
      'weights.bin: cannot be reached (nothing came for 1 s). Check the connection and try again.',
    );
  });

  test('however often and wherever: the file is the file, and nothing is sent twice', async () => {
    const breaks = seededRandom(77);
    for (let round = 0; round < 10; round++) {
      await store.clear();
      sent = [];
      answers = [
        ...Array.from({ length: 1 + Math.floor(breaks() * 5) }, () =>
          upTo(1 + Math.floor(breaks() * 200_000)),
        ),
        upTo(),
      ];
      expect(isFile(await cacheOf().cache.read(url, ref))).toBe(true);
      expect(all()).toBe(FILE.length);
    }
  });
});

describe('hosts', () => {
  test('that know no ranges send the whole again', async () => {
    answers = [whole(200_000), whole()];
    const { cache } = cacheOf();
    expect(isFile(await cache.read(url, ref))).toBe(true);
    expect(sent.map(({ range }) => range)).toEqual([undefined, 'bytes=200000-']);
    expect(await store.keys()).toEqual([ref.sha256]);
  });

  test('that refuse a range, or answer another one, are asked for the whole', async () => {
    const refuse = (_: IncomingMessage, response: ServerResponse) => {
      response.writeHead(416);
      response.end();
    };
    const another = (_: IncomingMessage, response: ServerResponse) => {
      response.writeHead(206, { 'Content-Range': `bytes 0-9/${FILE.length}` });
      response.end(FILE.subarray(0, 10));
    };
    for (const answer of [refuse, another]) {
      await store.clear();
      sent = [];
      answers = [upTo(200_000), answer, upTo()];
      expect(isFile(await cacheOf().cache.read(url, ref))).toBe(true);
      expect(sent.map(({ range }) => range)).toEqual([undefined, 'bytes=200000-', undefined]);
    }
  });

  test('that compress well are asked for the whole: that is less than the rest uncompressed', async () => {
    const zeros = new Uint8Array(500_000);
    const zeroRef: FileRef = {
      file: 'zeros.bin',
      bytes: zeros.length,
      sha256: createHash('sha256').update(zeros).digest('hex'),
    };
    const { gzipSync } = await import('node:zlib');
    // Half of it, then a break: the beginning can be read all the same.
    const packed = gzipSync(zeros, { level: 1 });
    const cut = (_: IncomingMessage, response: ServerResponse, log: Sent) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Length': packed.length });
      give(response, packed.subarray(0, packed.length >> 1), true, log);
    };
    const uncut = (_: IncomingMessage, response: ServerResponse, log: Sent) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Length': packed.length });
      give(response, packed, false, log);
    };
    answers = [cut, uncut];
    expect(await cacheOf().cache.read(url, zeroRef)).toEqual(zeros);
    expect(sent.map(({ range }) => range)).toEqual([undefined, undefined]);
  });
});

describe('a beginning that is another file’s', () => {
  test('is dropped when the whole does not match, and the file is fetched anew', async () => {
    await store.put(`part:${ref.sha256}:0000000000`, new Uint8Array(100_000));
    answers = [upTo()];
    expect(isFile(await cacheOf().cache.read(url, ref))).toBe(true);
    expect(sent.map(({ range }) => range)).toEqual(['bytes=100000-', undefined]);
    expect(await store.keys()).toEqual([ref.sha256]);
  });

  test('and an end that is another file’s leaves nothing behind', async () => {
    answers = [upTo(200_000), upTo(Number.POSITIVE_INFINITY, new Uint8Array(FILE.length))];
    await expect(cacheOf().cache.read(url, ref)).rejects.toThrow(
      'the file is cut short or another one. Upload the whole bundle again.',
    );
    expect(await store.keys()).toEqual([]);
  });

  test('gaps and overlaps of two loads side by side are stepped over', async () => {
    const part = (from: number, to: number) =>
      store.put(`part:${ref.sha256}:${String(from).padStart(10, '0')}`, FILE.slice(from, to));
    await part(0, 100_000);
    await part(50_000, 120_000);
    await part(100_000, 180_000);
    await part(300_000, 400_000);
    answers = [upTo()];
    expect(isFile(await cacheOf().cache.read(url, ref))).toBe(true);
    expect(sent).toEqual([{ range: 'bytes=180000-', bytes: 420_000 }]);
  });
});

test('a slow load is kept as it arrives, not only when it breaks', async () => {
  let finish = () => {};
  answers = [
    (_, response) => {
      response.writeHead(200, { 'Content-Length': FILE.length });
      let at = 0;
      const step = () => {
        if (at >= 300_000) return;
        response.write(FILE.subarray(at, at + 50_000));
        at += 50_000;
        setTimeout(step, 60);
      };
      step();
      finish = () => response.end(FILE.subarray(300_000));
    },
  ];
  const reading = cacheOf().cache.read(url, ref);
  const keptBytes = async () => {
    const parts = (await store.keys()).filter((key) => PART_KEY.test(key));
    const lengths = await Promise.all(
      parts.map(async (key) => (await store.get(key))?.length ?? 0),
    );
    return lengths.reduce((sum, n) => sum + n, 0);
  };
  await expect.poll(keptBytes, { timeout: 10_000 }).toBe(300_000);
  finish();
  expect(isFile(await reading)).toBe(true);
  expect(await store.keys()).toEqual([ref.sha256]);
});

test('two readers of one file share its load', async () => {
  answers = [upTo()];
  const { cache } = cacheOf();
  const [one, two] = await Promise.all([cache.read(url, ref), cache.read(url, ref)]);
  expect(one).toBe(two);
  expect(sent).toHaveLength(1);
});

test('a load that is to come after others is held back between its parts, and loses nothing', async () => {
  answers = [upTo()];
  const turns: (() => void)[] = [];
  let isTold = () => {};
  const turn = () => {
    isTold();
    return new Promise<void>((resolve) => turns.push(resolve));
  };
  const heard: number[] = [];
  const cache = new AssetCache(store, (_, loaded) => heard.push(loaded), PATIENCE);
  const asked = new Promise<void>((resolve) => {
    isTold = resolve;
  });
  const reading = cache.read(url, ref, turn);
  await asked;
  const before = heard.at(-1) as number;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([heard.at(-1), before < FILE.length, turns.length]).toEqual([before, true, 1]);
  // From now on nobody else is there.
  const goOn = setInterval(() => {
    for (const resolve of turns.splice(0)) resolve();
  }, 1);
  expect(await reading).toEqual(FILE);
  clearInterval(goOn);
  expect(sent).toHaveLength(1);
});

test('a page in place of the file counts as a missing file; one from the HTTP cache alone does not', async () => {
  const page = (_: IncomingMessage, response: ServerResponse) => {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
    response.end('<!doctype html><title>Shop</title>'.padEnd(FILE.length + 1));
  };
  answers = [page];
  const reading = new AssetCache(store, () => undefined, PATIENCE).read(url, ref);
  await expect(reading).rejects.toThrow(
    `${url}: the server sends an HTML page in place of this file, so the file is missing. Check the ` +
      "bundle's address, and that all its files were uploaded.",
  );
  await expect(reading).rejects.toBeInstanceOf(MissingFileError);
  expect(await store.keys()).toEqual([]);
  answers = [page, page, page, upTo()];
  expect(await new AssetCache(store, () => undefined, PATIENCE).read(url, ref)).toEqual(FILE);
});
