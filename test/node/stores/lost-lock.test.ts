/** A push that is suspended for so long that another one takes its lock: what it must not write and delete afterwards. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Lease, type LeaseRecord } from '../../../src/node/stores/lease.ts';
import { openStore } from '../../../src/node/stores/open-store.ts';
import { storeRow } from '../../../src/node/stores/store-row.ts';
import { infoOf, storeItem } from '../../support/stores/catalogue.ts';
import { type Answer, type Asked, httpEngine } from '../../support/stores/http-engine.ts';

const rows = [storeRow(storeItem(7), Float32Array.of(0.6, 0.8))];
const info = infoOf('r1', rows);
const OTHER = { owner: 'other', by: 'laptop, process 7', host: 'laptop', process: 7 };

type Json = Record<string, unknown>;

/** An engine with nothing but a lock, which a test replaces. */
interface Engine {
  lock: Json | null;
  answer(asked: Asked): Answer;
}

const qdrant: Engine = {
  lock: null,
  answer({ request, body }) {
    const ok = (result: unknown): Answer => [200, { result }];
    if (request === 'GET /') return [200, { title: 'qdrant', version: '1.12.4' }];
    if (request === 'POST /collections/shop.lock/points') {
      return ok(this.lock ? [{ payload: this.lock }] : []);
    }
    if (request.startsWith('PUT /collections/shop.lock/points')) {
      this.lock = (body as { points: [{ payload: Json }] }).points[0].payload;
    }
    if (request === 'POST /collections/shop/points') {
      return [404, { status: { error: 'Not found: Collection' } }];
    }
    return ok(request === 'GET /collections' ? { collections: [] } : true);
  },
};

const milvus: Engine = {
  lock: null,
  answer({ request, body }) {
    const ok = (data: unknown): Answer => [200, { code: 0, data }];
    const { data, filter } = body as { data?: [{ key: string; value: string }]; filter?: string };
    if (request.endsWith('aliases/describe')) {
      return [200, { code: 1600, message: 'alias not found' }];
    }
    if (request.endsWith('entities/upsert') && data?.[0].key === 'lease') {
      this.lock = JSON.parse(data[0].value);
    }
    if (request.endsWith('entities/query')) {
      return ok(
        filter === 'key == "lease"' && this.lock ? [{ value: JSON.stringify(this.lock) }] : [],
      );
    }
    return ok({ has: false, loadState: 'LoadStateLoaded' });
  },
};

const opensearch: Engine = {
  lock: null,
  answer({ request, body }) {
    if (request.startsWith('PUT /shop.lock/_doc/push')) {
      if (this.lock && this.lock.owner !== (body as Json).owner) {
        return [409, { error: { type: 'version_conflict_engine_exception' } }];
      }
      this.lock = body as Json;
      return [200, { _seq_no: 1, _primary_term: 1 }];
    }
    if (request.startsWith('POST /shop.lock/_mget')) {
      return [200, { docs: [{ found: this.lock !== null, _source: this.lock }] }];
    }
    if (request.startsWith('GET /shop/_mapping')) {
      return [404, { error: { type: 'index_not_found_exception' } }];
    }
    return [200, {}];
  },
};

afterEach(() => {
  vi.useRealTimers();
});

describe.each([
  ['qdrant+http://', qdrant],
  ['milvus+http://', milvus],
  ['opensearch+http://', opensearch],
])('%s', (scheme, engine) => {
  test('a push that lost its lock deletes nothing, and writes nothing once it knows', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    engine.lock = null;
    const { host, asked } = await httpEngine((one) => engine.answer(one));
    const store = await openStore(`${scheme}${host}/shop`, {}, {});
    const draft = await store.begin(info);
    engine.lock = { ...OTHER, renewed: Date.now() };
    const before = asked.length;
    await expect(draft.abandon()).rejects.toThrow(
      /another push of "shop" is running \(laptop, process 7\)/,
    );
    await expect(draft.upsert(rows)).rejects.toThrow(/another push of "shop" is running/);
    await expect(draft.remove(['7'])).rejects.toThrow(/another push/);
    await draft.close();
    const written = asked
      .slice(before)
      .map(({ request }) => request)
      .filter((request) => !/shop\.lock|entities\/query/.test(request));
    expect(written).toEqual([]);
    expect(engine.lock).toMatchObject(OTHER);
  });
});

test('the renewal finds another owner, or that another one has been there and ended', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  let record: LeaseRecord | null = null;
  const place = {
    read: async () => record,
    write: async (written: LeaseRecord) => {
      record = written;
    },
    remove: async () => {
      record = null;
    },
  };
  const taken = await Lease.take(place, 'shop', 'engine');
  await vi.advanceTimersByTimeAsync(20_000);
  expect(() => taken.throwIfLost()).not.toThrow();
  record = { owner: 'other', by: 'laptop, process 7', renewed: Date.now() };
  await vi.advanceTimersByTimeAsync(20_000);
  expect(() => taken.throwIfLost()).toThrow(/another push of "shop" is running \(laptop/);
  await taken.release();
  expect(record).toMatchObject({ owner: 'other' });
  record = null;
  const next = await Lease.take(place, 'shop', 'engine');
  record = null;
  await expect(next.check()).rejects.toThrow(
    /^engine: this push of "shop" was suspended for too long and lost its lock\. .+ Push again\.$/,
  );
  expect(record).toBeNull();
  await next.release();
});
