/** The packed form: what is written comes back, and nothing damaged passes for weights. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeContainer } from '../../../src/core/container.ts';
import { PACKED_KIND, readPacked } from '../../../src/core/model/packed.ts';
import { decodeRans, RANS, type RansTables } from '../../../src/core/model/rans.ts';
import { encodeRans, frequenciesOf } from '../../../src/core/model/rans-encode.ts';
import type { Tensor } from '../../../src/core/model/tensor.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';
import { sortRows } from '../../../src/node/model/pack/tables.ts';
import { writePacked } from '../../../src/node/model/pack/write-packed.ts';
import { cpuMs, QUICK_MS } from '../../support/cpu-time.ts';

const random = seededRandom(17);

/** Whole numbers of a bell of this width, from −127 to 127. */
const bell = (length: number, width: number) =>
  Int8Array.from({ length }, () => {
    const sum = random() + random() + random() + random() - 2;
    return Math.max(-127, Math.min(127, Math.round(sum * width)));
  });

/** Decoding as the definition has it, symbol by symbol in big integers: the oracle. */
function byDefinition(
  stream: Uint16Array,
  { lowest, symbols, frequencies }: RansTables,
  tableOf: Uint8Array,
  length: number,
): number[] {
  const words = [...stream].map(BigInt);
  const states = [0, 1, 2, 3].map(
    (s) => (words[2 * s] as bigint) + (words[2 * s + 1] as bigint) * 65536n,
  );
  let next = 8;
  const out: number[] = [];
  for (const table of tableOf) {
    const row = [...frequencies.subarray(table * symbols, (table + 1) * symbols)];
    for (let i = 0; i < length; i++) {
      const x = states[i % 4] as bigint;
      const slot = Number(x % BigInt(RANS.total));
      let symbol = 0;
      let start = 0;
      while (slot >= start + (row[symbol] as number)) start += row[symbol++] as number;
      let y = BigInt(row[symbol] as number) * (x / BigInt(RANS.total)) + BigInt(slot - start);
      if (y < 32768n) y = y * 65536n + (words[next++] as bigint);
      states[i % 4] = y;
      out.push(symbol + lowest);
    }
  }
  return out;
}

describe('rANS', () => {
  test.each([1, 2, 3, 4, 5, 7, 9, 27, 36, 64])(
    'rows of %i symbols, by the definition',
    (length) => {
      const rows = 13;
      const values = bell(rows * length, 20);
      const { tables, tableOf } = sortRows(values, rows);
      const stream = encodeRans(values, tables, tableOf);
      expect(byDefinition(stream, tables, tableOf, length)).toEqual([...values]);
      expect([
        ...(decodeRans(stream, tables, tableOf, length, new Int8Array(values.length)) ?? []),
      ]).toEqual([...values]);
    },
  );

  test('any numbers come back', () => {
    const rows = fc.integer({ min: 1, max: 9 }).chain((count) =>
      fc.integer({ min: 1, max: 40 }).chain((length) =>
        fc.tuple(
          fc.constant(count),
          fc.array(fc.integer({ min: -128, max: 127 }), {
            minLength: count * length,
            maxLength: count * length,
          }),
        ),
      ),
    );
    fc.assert(
      fc.property(rows, ([count, list]) => {
        const values = Int8Array.from(list);
        const { tables, tableOf } = sortRows(values, count);
        const stream = encodeRans(values, tables, tableOf);
        const back = decodeRans(
          stream,
          tables,
          tableOf,
          list.length / count,
          new Int8Array(list.length),
        );
        expect([...(back ?? [])]).toEqual(list);
      }),
      { seed: 23, numRuns: 200 },
    );
  });

  test('costs hardly more than the entropy of two mixed spreads', () => {
    const rows = 64;
    const values = Int8Array.from(
      Array.from({ length: rows }, (_, r) => [...bell(1152, r % 2 ? 6 : 40)]).flat(),
    );
    let bits = 0;
    for (const odd of [0, 1]) {
      const half = [...values].filter((_, i) => Math.floor(i / 1152) % 2 === odd);
      const counts = new Map<number, number>();
      for (const v of half) counts.set(v, (counts.get(v) ?? 0) + 1);
      for (const n of counts.values()) bits -= n * Math.log2(n / half.length);
    }
    const { tables, tableOf } = sortRows(values, rows);
    const bytes = encodeRans(values, tables, tableOf).length * 2;
    expect(bytes).toBeGreaterThan((bits / 8) * 0.995);
    expect(bytes).toBeLessThan((bits / 8) * 1.005 + 16);
  });

  test('frequencies sum up to 2^14, and what occurs has one', () => {
    const counts = [1_000_000, 1, 0, 3, 999];
    const got = [...frequenciesOf(counts)];
    expect(got.reduce((a, b) => a + b)).toBe(RANS.total);
    expect(got.map((f) => f > 0)).toEqual([true, true, false, true, true]);
    const many = frequenciesOf(Array.from({ length: 255 }, (_, i) => (i === 0 ? 1e9 : 1)));
    expect(many.reduce((a, b) => a + b)).toBe(RANS.total);
    expect(Math.min(...many)).toBe(1);
  });

  test('a damaged stream is noticed', () => {
    const values = bell(4 * 90, 25);
    const { tables, tableOf } = sortRows(values, 4);
    const stream = encodeRans(values, tables, tableOf);
    const decode = (words: Uint16Array, t = tables, of = tableOf) =>
      decodeRans(words, t, of, 90, new Int8Array(of.length * 90));
    expect(decode(stream)).not.toBeNull();
    expect(decode(stream.subarray(0, -1))).toBeNull();
    expect(decode(stream.subarray(0, 5))).toBeNull();
    expect(decode(Uint16Array.from([...stream, 0]))).toBeNull();
    for (let i = 0; i < stream.length; i++) {
      const other = stream.slice();
      other[i] = (other[i] as number) ^ 0x0400;
      const got = decode(other);
      expect(got === null || got.some((v, at) => v !== values[at])).toBe(true);
    }
    const off = { ...tables, frequencies: tables.frequencies.slice() };
    off.frequencies[0] = (off.frequencies[0] as number) + 1;
    expect(decode(stream, off)).toBeNull();
    expect(decode(stream, { ...tables, lowest: 100 })).toBeNull();
    expect(decode(stream, tables, Uint8Array.from([0, 0, 0, 99]))).toBeNull();
    const tooMany = new Uint16Array(257).fill(RANS.total);
    expect(decode(stream, { lowest: 0, symbols: 1, frequencies: tooMany })).toBeNull();
  });
});

const bytesOf = (view: ArrayBufferView) =>
  new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
const weights = new Map<string, Tensor>([
  ['a.weight', { dtype: 'I8', shape: [6, 3, 3, 3], bytes: bytesOf(bell(162, 30)) }],
  [
    'a.weight.scale',
    { dtype: 'F32', shape: [6], bytes: bytesOf(Float32Array.from({ length: 6 }, random)) },
  ],
  ['a.bias', { dtype: 'F32', shape: [6], bytes: bytesOf(Float32Array.from([1, -2, 3, 4, 5, 6])) }],
  [
    'b.weight',
    {
      dtype: 'F16',
      shape: [2, 5],
      bytes: bytesOf(Uint16Array.from([...'abcdefghij'].map((c) => c.charCodeAt(0)))),
    },
  ],
]);

/** What the model's specification says of these tensors. */
const shapes = new Map(
  [...weights].flatMap(([name, { shape }]) => (name.endsWith('.scale') ? [] : [[name, shape]])),
);

describe('a packed file', () => {
  const file = writePacked(weights, { model: 'tiny' });

  test('gives the same tensors', () => {
    const got = readPacked(file, 'w', shapes);
    expect(got).toEqual(weights);
  });

  test('gives them from any place in a larger buffer', () => {
    const larger = new Uint8Array(file.length + 3);
    larger.set(file, 3);
    expect(readPacked(larger.subarray(3), 'w', shapes)).toEqual(weights);
  });

  const refused = (bytes: Uint8Array) => {
    try {
      readPacked(bytes, 'w.packed', shapes);
      return 'nothing';
    } catch (error) {
      expect(error).toMatchObject({ name: 'ModelError' });
      return (error as Error).message;
    }
  };
  const text = new TextDecoder('latin1').decode(file);
  /** The file with other text in its header, of the same length. */
  const withText = (from: string, to: string) => {
    const at = text.indexOf(from);
    expect(at).toBeGreaterThan(0);
    const bytes = file.slice();
    bytes.set(new TextEncoder().encode(to.padEnd(from.length)), at);
    return bytes;
  };

  test.each<[string, Uint8Array, string]>([
    [
      'another file',
      new TextEncoder().encode('<!doctype html><p>Not found'),
      'w.packed: not a Soutu file: it begins with 3c 21',
    ],
    ['a later version', file.with(8, 9), 'w.packed: format version 9, this reader knows 1.'],
    ['a cut', file.subarray(0, -300), 'w.packed: cut short: "'],
    [
      'another kind',
      withText('"packed-weights"', '"vectors"'),
      'w.packed: holds "vectors", expected "packed-weights".',
    ],
    ['no list', withText('"tensors":', '"tenants":'), 'w.packed: its header lists no tensors.'],
    [
      'an unknown coding',
      withText('"coding":"rans"', '"coding":"gzip"'),
      'w.packed: it lists a tensor as {"name":"a.weight"',
    ],
    [
      'a missing section',
      withText('"name":"a.weight.scale"', '"name":"a.weight.scalf"'),
      'expected a section "a.weight.scale" of f32, got nothing.',
    ],
    [
      'another shape',
      withText('"shape":[6,3,3,3]', '"shape":[5,3,3,3]'),
      'tensor "a.weight" has shape [5,3,3,3], expected [6,3,3,3].',
    ],
    [
      'a shape of more numbers than memory holds',
      withText('"shape":[6,3,3,3]', '"shape":[6,9e15]'),
      'tensor "a.weight" has shape [6,9000000000000000], expected [6,3,3,3].',
    ],
    [
      'a tensor of another model',
      withText('"name":"a.bias","shape":[6],"coding"', '"name":"c.bias","shape":[6],"coding"'),
      'tensor "c.bias" is not part of the model.',
    ],
    [
      'a section of another shape',
      withText('"shape":[2,5],"offset"', '"shape":[5,2],"offset"'),
      'tensor "b.weight" has shape [2,5], its section [5,2].',
    ],
    [
      'a plain tensor of another shape',
      withText('"shape":[2,5]', '"shape":[5,2]'),
      'tensor "b.weight" has shape [5,2], expected [2,5].',
    ],
  ])('with %s is refused', (_, bytes, words) => {
    const said = refused(bytes);
    expect(said).toContain(words);
    expect(said).toMatch(
      /Fetch or convert the weights again\.$|Update Soutu, or convert the weights again with this version\.$/,
    );
  });
  test('with one tensor listed 2,000 times is refused before it is decoded', async () => {
    // Symbols that never vary: 16 million numbers of a few bytes, which took 1.3 s each.
    const channels = 64;
    const shape = [channels, 1, 512, 512];
    const frequencies = Uint16Array.of(RANS.total);
    const tableOf = new Uint8Array(channels);
    const words = new Uint16Array(8);
    for (let s = 0; s < 8; s += 2) words[s] = RANS.low;
    const entry = { name: 'a', shape, coding: 'rans', lowest: 0 };
    const bomb = (tensors: object[], scales = channels) =>
      writeContainer({
        kind: PACKED_KIND,
        meta: { tensors },
        sections: [
          { name: 'a', dtype: 'u16', shape: [8], data: words },
          { name: 'a.freq', dtype: 'u16', shape: [1, 1], data: frequencies },
          { name: 'a.table', dtype: 'u8', shape: [channels], data: tableOf },
          { name: 'a.scale', dtype: 'f32', shape: [scales], data: new Float32Array(scales) },
        ],
      });
    const expected = new Map([['a', shape]]);
    const [one] = readPacked(bomb([entry]), 'w', expected).values();
    expect(one?.bytes.length).toBe(2 ** 24);
    const many = Array.from({ length: 2000 }, () => entry);
    const spent = await cpuMs(() => {
      expect(() => readPacked(bomb(many), 'w', expected)).toThrow('w: tensor "a" is listed twice.');
      expect(() => readPacked(bomb(many), 'w', new Map())).toThrow('tensor "a" is not part of');
    });
    expect(spent).toBeLessThan(QUICK_MS);
    expect(() => readPacked(bomb([entry], 63), 'w', expected)).toThrow(
      'w: tensor "a" has 64 channels, scales for 63.',
    );
  });
});
