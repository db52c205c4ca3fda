/** POST /search: what is asked, and that it is answered as the bundle's own engine does. */
import { describe, expect, test } from 'vitest';
import type { Query, SearchOptions, SearchResponse } from '../../../src/core/contract.ts';
import { floatsToHalves } from '../../../src/core/half.ts';
import { encodeBase64, encodeFloats } from '../../../src/core/text.ts';
import {
  COUNT,
  DIMENSION,
  idOf,
  idsOf,
  lessCentre,
  plainAnswer,
  plainOf,
} from '../../engine/memory-bundle.ts';
import { f32, served } from './served.ts';

const OPTIONS: readonly SearchOptions[] = [
  {},
  { size: 3, from: 5 },
  { group: true, size: 7 },
  { minScore: 0.5, size: 100 },
  { filter: { colour: ['red', 'blue'], price: { gte: 10 } }, group: true },
  { facets: ['*'], ranges: ['*'], filter: { colour: 'green' }, size: 4 },
  { sort: { by: 'price', order: 'desc' }, text: 'blue bo' },
  { fields: ['title'], exact: true },
];

/** Without what two searches cannot have in common. */
function comparable({ timings, vector, parts, ...rest }: SearchResponse) {
  return { ...rest, parts: parts?.map((part) => ({ ...part, vector: null })) ?? null };
}

describe('an answer over HTTP', () => {
  test.each(OPTIONS)('is that of the bundle itself: %o', async (options) => {
    const { ask, engine, release } = await served();
    const queries: [Query, object][] = [
      [{ vector: plainOf(7) }, { vector: f32(plainOf(7)) }],
      [{ vector: plainOf(8) }, { vector: Array.from(plainOf(8)) }],
      [{ id: idOf(9) }, { id: idOf(9) }],
      [
        { several: [{ vector: plainOf(1) }, { id: idOf(44), weight: -0.5 }] },
        { several: [{ vector: f32(plainOf(1)) }, { id: idOf(44), weight: -0.5 }] },
      ],
    ];
    for (const [query, sent] of queries) {
      const response = await ask('/search', { query: sent, options, model: release.model });
      expect(response.status).toBe(200);
      expect(response.headers.get('Soutu-Release')).toBe('r1');
      const got = (await response.json()) as SearchResponse;
      expect(got.vector).toBeNull();
      expect(comparable(got)).toEqual(comparable(await engine.search(query, options)));
    }
  });

  test('has the hits of a plain loop over all rows', async () => {
    const { ask, release } = await served();
    const options = { group: true, size: 12, filter: { colour: 'red' } };
    const body = { query: { vector: f32(plainOf(33)) }, options, model: release.model };
    const got = (await (await ask('/search', body)).json()) as SearchResponse;
    const expected = plainAnswer(lessCentre(plainOf(33)), options);
    expect(idsOf(got)).toEqual(idsOf(expected));
    got.hits.forEach(({ score }, i) => {
      expect(score).toBeCloseTo(expected.hits[i]?.score ?? Number.NaN, 5);
    });
  });

  test('half the bytes of a vector change scores in the fourth digit', async () => {
    const { ask, release } = await served();
    const halves = new Uint8Array(floatsToHalves(plainOf(7)).buffer);
    const search = async (vector: object) => {
      const response = await ask('/search', { query: { vector }, model: release.model });
      return (await response.json()) as SearchResponse;
    };
    const [small, whole] = [
      await search({ f16: encodeBase64(halves) }),
      await search(f32(plainOf(7))),
    ];
    expect(small.hits.length).toBe(10);
    expect(idsOf(small)).toEqual(idsOf(whole));
    expect(small.bestScore).toBeCloseTo(whole.bestScore ?? Number.NaN, 3);
  });

  test('to a centred vector is that of the plain one', async () => {
    const { ask, release } = await served();
    const { model, centre } = release;
    const centred = { query: { vector: f32(lessCentre(plainOf(7))) }, model, centre };
    const plain = { query: { vector: f32(plainOf(7)) }, model };
    const [a, b] = [await ask('/search', centred), await ask('/search', plain)];
    const [first, second] = [
      (await a.json()) as SearchResponse,
      (await b.json()) as SearchResponse,
    ];
    expect(idsOf(first)).toEqual(idsOf(second));
    expect(first.hits[0]?.score).toBeCloseTo(second.hits[0]?.score ?? Number.NaN, 6);
  });
});

describe('refused, with what to do', () => {
  const vector = f32(plainOf(7));
  const wrong = { f32: encodeBase64(new Uint8Array(4 * (DIMENSION - 1)).fill(1)) };
  const model = '{model}';
  test.each<[string, unknown, number, string, RegExp]>([
    ['an empty body', '', 400, 'bad-json', /^The body is empty, expected JSON\.$/],
    ['no JSON', '{"query":', 400, 'bad-json', /^The body is not JSON: /],
    ['no query', {}, 400, 'bad-request', /"query" is missing: expected \{ "vector"/],
    ['a list', [], 400, 'bad-request', /^Fields must be an object, got \[\]/],
    ['a wrong field', { query: { id: 'x' }, size: 3 }, 400, 'bad-request', /"size"/],
    ['no model', { query: { vector } }, 400, 'model-missing', /GET \/info gives the one/],
    ['another model', { query: { vector }, model: 'abc' }, 409, 'model-mismatch', /"abc".*push/s],
    [
      'another dimension',
      { query: { vector: wrong }, model },
      409,
      'dimension-mismatch',
      /15 num.*16/,
    ],
    [
      'a short list',
      { query: { vector: [1, 2] }, model },
      409,
      'dimension-mismatch',
      /has 2 numbers/,
    ],
    [
      'another centre',
      { query: { vector }, model, centre: 'x' },
      409,
      'centre-mismatch',
      /Send the plain vector without "centre"/,
    ],
    [
      'no base64',
      { query: { vector: { f32: 'ä' } }, model },
      400,
      'bad-request',
      /"f32" must be base64/,
    ],
    [
      'base64 with a space',
      { query: { vector: { f32: `${encodeFloats(Float32Array.of(1, 2))} ` } }, model },
      400,
      'bad-request',
      /"f32" must be base64 with its padding/,
    ],
    [
      'base64 with a space in place of its padding',
      {
        query: { vector: { f32: ` ${encodeFloats(Float32Array.of(1, 2)).replace('=', '')}` } },
        model,
      },
      400,
      'bad-request',
      /"f32" must be base64 with its padding/,
    ],
    [
      'base64 without its padding',
      { query: { vector: { f32: encodeFloats(Float32Array.of(1, 2)).replace('=', '') } }, model },
      400,
      'bad-request',
      /"f32" must be base64 with its padding/,
    ],
    [
      'two forms',
      { query: { vector: { f32: '', f16: '' } }, model },
      400,
      'bad-request',
      /must be a list/,
    ],
    [
      'texts',
      { query: { vector: Array(DIMENSION).fill('1') }, model },
      400,
      'bad-request',
      /expected numbers, got "1" at 0/,
    ],
    [
      'zeros',
      { query: { vector: Array(DIMENSION).fill(0) }, model },
      400,
      'bad-request',
      /all numbers are 0/,
    ],
    [
      'infinity',
      { query: { vector: Array(DIMENSION).fill(1e300) }, model },
      400,
      'bad-request',
      /number 0 is not finite/,
    ],
    ['a photo', { query: { photo: 'x' } }, 400, 'bad-request', /"query" must be \{ "vector"/],
    ['two kinds', { query: { id: 'x', vector }, model }, 400, 'bad-request', /"query" must be/],
    ['no parts', { query: { several: [] } }, 400, 'bad-request', /1 to 16/],
    [
      'a wrong part',
      { query: { several: [{ id: idOf(1) }, { ids: 1 }] } },
      400,
      'bad-request',
      /"query\.several\[1\]" must be/,
    ],
    [
      'an unknown id',
      { query: { id: 'nobody' } },
      404,
      'unknown-item',
      /the id "nobody" in this index/,
    ],
    [
      'a long id',
      { query: { id: 'x'.repeat(1001) } },
      400,
      'over-limit',
      /1001 characters, at most 1000/,
    ],
    [
      'an unknown option',
      { query: { id: idOf(1) }, options: { sizes: 1 } },
      400,
      'bad-request',
      /"sizes".*size/,
    ],
    [
      'a wrong option',
      { query: { id: idOf(1) }, options: { minScore: 2 } },
      400,
      'bad-request',
      /"minScore" must be a cosine from -1 to 1, got 2/,
    ],
    [
      'size',
      { query: { id: idOf(1) }, options: { size: 101 } },
      400,
      'over-limit',
      /"size" is 101.* 100/,
    ],
    [
      'depth',
      { query: { id: idOf(1) }, options: { from: 9_999, size: 2 } },
      400,
      'over-limit',
      /"from" \+ "size" is 10001/,
    ],
    [
      'ef',
      { query: { id: idOf(1) }, options: { ef: 5000 } },
      400,
      'over-limit',
      /"ef" is 5000.* 1000/,
    ],
    [
      'conditions',
      {
        query: { id: idOf(1) },
        options: {
          filter: Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`a${i}`, 'x'])),
        },
      },
      400,
      'over-limit',
      /number of conditions of "filter" is 33/,
    ],
    [
      'values',
      { query: { id: idOf(1) }, options: { filter: { a: Array(257).fill('x') } } },
      400,
      'over-limit',
      /values of "filter\.a" is 257/,
    ],
    [
      'words',
      { query: { id: idOf(1) }, options: { text: 'x'.repeat(1001) } },
      400,
      'over-limit',
      /"text" is 1001/,
    ],
  ])('%s', async (_, body, status, code, words) => {
    const { ask, release } = await served();
    const sent = JSON.stringify(body).replace('"{model}"', JSON.stringify(release.model));
    const response = await ask('/search', typeof body === 'string' ? body : sent);
    expect(response.headers.get('Content-Type')).toBe('application/json; charset=utf-8');
    const error = (await response.json()) as { code: string; message: string };
    expect(error).toEqual({ code, message: expect.stringMatching(words) });
    expect(response.status).toBe(status);
  });

  test('"exact" is refused if the engine cannot compare all items', async () => {
    const { ask, store } = await served();
    const retriever = store.retriever.bind(store);
    store.retriever = async (info) => {
      const opened = await retriever(info);
      return { ...opened, can: { ...opened.can, exact: false } };
    };
    const asked = async (options: object) =>
      (await ask('/search', { query: { id: idOf(1) }, options })).json();
    expect(await asked({ exact: true })).toEqual({
      code: 'bad-request',
      message: expect.stringMatching(/cannot compare all items .+ without "exact"\.$/),
    });
    expect(await asked({})).toMatchObject({ engine: { index: 'flat' } });
  });

  test('a store that answers nothing about its items is not asked for deep pages', async () => {
    const { ask } = await served({ limits: { size: 1000, depth: 500 } });
    const inside = await ask('/search', { query: { id: idOf(1) }, options: { size: COUNT } });
    expect(((await inside.json()) as SearchResponse).hits).toHaveLength(COUNT - 1);
    const beyond = await ask('/search', { query: { id: idOf(1) }, options: { size: 501 } });
    expect(await beyond.json()).toMatchObject({ code: 'over-limit' });
  });
});
