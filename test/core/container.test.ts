import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  countOf,
  readContainer,
  type Section,
  sectionOf,
  writeContainer,
} from '../../src/core/container.ts';

const MAGIC = 'SOUTU\r\n\0';

/** The format by hand: a header and what follows it, at whatever length. */
function fileOf(header: unknown, body = new Uint8Array(), { magic = MAGIC, version = 1 } = {}) {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const padded = Buffer.concat([json, Buffer.alloc(-json.length & 15, ' ')]);
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32LE(version, 0);
  numbers.writeUInt32LE(padded.length, 4);
  return Buffer.concat([Buffer.from(magic, 'latin1'), numbers, padded, body]);
}

const entry = { name: 'a', dtype: 'u16', shape: [2, 2], offset: 16, bytes: 8 };
const body = Uint8Array.from({ length: 24 }, (_, i) => i);
const withEntry = (changes: object) =>
  fileOf({ kind: 'k', sections: [{ ...entry, ...changes }] }, body);

const TYPES = {
  f32: Float32Array,
  f16: Uint16Array,
  u32: Uint32Array,
  u16: Uint16Array,
  u8: Uint8Array,
  i8: Int8Array,
};
const sections = fc.uniqueArray(
  fc
    .record({
      name: fc.string(),
      dtype: fc.constantFrom(...(Object.keys(TYPES) as (keyof typeof TYPES)[])),
      values: fc.array(fc.integer({ min: 0, max: 127 }), { maxLength: 40 }),
    })
    .map(
      ({ name, dtype, values }): Section => ({
        name,
        dtype,
        shape: [values.length],
        data: TYPES[dtype].from(values),
      }),
    ),
  { maxLength: 5, selector: ({ name }) => name },
);

describe('the container', () => {
  test('gives back what was written, at any address', () => {
    const meta = fc.record({ first: fc.nat(), text: fc.string({ unit: 'grapheme' }) });
    fc.assert(
      fc.property(sections, meta, fc.nat({ max: 17 }), (list, extra, shift) => {
        const file = writeContainer({ kind: 'some', meta: extra, sections: list });
        const moved = Buffer.concat([Buffer.alloc(shift), file, Buffer.alloc(3)]);
        const view = moved.subarray(shift, shift + file.length);
        const expected = { kind: 'some', meta: extra, sections: list };
        expect(readContainer(view, 'some', 'f')).toEqual(expected);
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  test('lies in the file as documented', () => {
    const file = writeContainer({
      kind: 'k',
      meta: { x: 5 },
      sections: [
        { name: 'a', dtype: 'u8', shape: [3], data: Uint8Array.of(7, 8, 9) },
        { name: 'b', dtype: 'f32', shape: [1, 1], data: Float32Array.of(1) },
      ],
    });
    const bytes = Buffer.from(file);
    expect(bytes.toString('latin1', 0, 8)).toBe(MAGIC);
    expect(bytes.readUInt32LE(8)).toBe(1);
    const start = 16 + bytes.readUInt32LE(12);
    expect(start % 16).toBe(0);
    expect(JSON.parse(bytes.toString('utf8', 16, start))).toEqual({
      kind: 'k',
      x: 5,
      sections: [
        { name: 'a', dtype: 'u8', shape: [3], offset: 0, bytes: 3 },
        { name: 'b', dtype: 'f32', shape: [1, 1], offset: 16, bytes: 4 },
      ],
    });
    expect([...bytes.subarray(start, start + 3)]).toEqual([7, 8, 9]);
    expect(bytes.readFloatLE(start + 16)).toBe(1);
  });

  test('reads a file made by hand', () => {
    const [section] = readContainer(withEntry({}), 'k', 'f').sections;
    expect(section?.data).toEqual(Uint16Array.of(0x1110, 0x1312, 0x1514, 0x1716));
  });

  test('sections outlive the file', () => {
    const file = withEntry({});
    const [section] = readContainer(file, 'k', 'f').sections;
    file.fill(0);
    expect(section?.data).toEqual(Uint16Array.of(0x1110, 0x1312, 0x1514, 0x1716));
  });

  const good = withEntry({});
  test.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'not a Soutu file: it begins with nothing.'],
    ['a page', Buffer.from('<!doctype html>…'), 'it begins with 3c 21 64 6f 63 74 79 70.'],
    [
      'line ends changed on the way',
      fileOf({}, body, { magic: 'SOUTU\n\0\0' }),
      'it begins with 53 4f 55 54 55 0a 00 00.',
    ],
    ['15 bytes', good.subarray(0, 15), 'not a Soutu file'],
    [
      'a cut header',
      good.subarray(0, 40),
      'cut short: the header needs 112 bytes, the file has 40.',
    ],
    [
      'a cut section',
      good.subarray(0, good.length - 1),
      'cut short: "a" ends at byte 136, the file has 135.',
    ],
    ['a header that is no JSON', fileOf('{"kind":'), 'its header is not JSON.'],
    ['another kind', fileOf({ kind: 'graph', sections: [] }), 'holds "graph", expected "k".'],
    ['no kind', fileOf({ sections: [] }), 'holds nothing, expected "k".'],
    ['no sections', fileOf({ kind: 'k' }), 'its header lists no sections.'],
    ['an unknown dtype', withEntry({ dtype: 'f64' }), '"a" has the unknown dtype "f64".'],
    ["an object's member as dtype", withEntry({ dtype: 'toString' }), 'unknown dtype "toString".'],
    [
      'a dtype that is no text',
      withEntry({ dtype: { toString: 1 } }),
      'unknown dtype {"toString":1}.',
    ],
    [
      'a name that is no text',
      withEntry({ name: { toString: 1 } }),
      'has the name {"toString":1}.',
    ],
    [
      'sections that overlap',
      fileOf({ kind: 'k', sections: [entry, { ...entry, name: 'b' }] }, body),
      'section "b" begins at byte 16, inside the one that ends at 24.',
    ],
    [
      'sections in another order',
      fileOf({ kind: 'k', sections: [entry, { ...entry, name: 'b', offset: 0 }] }, body),
      'section "b" begins at byte 0, inside the one that ends at 24.',
    ],
    ['a shape that is no list', withEntry({ shape: 4 }), 'section "a" has the shape 4.'],
    ['a negative shape', withEntry({ shape: [-2, -2] }), 'section "a" has the shape [-2,-2].'],
    ['a broken shape', withEntry({ shape: [0.5, 8] }), 'section "a" has the shape [0.5,8].'],
    ['a lying shape', withEntry({ shape: [3, 2] }), '"a" [3,2] needs 12 bytes, its header says 8.'],
    ['lying bytes', withEntry({ bytes: 9 }), '"a" [2,2] needs 8 bytes, its header says 9.'],
    ['a crooked offset', withEntry({ offset: 8 }), 'has the offset 8, expected a multiple of 16.'],
    ['a negative offset', withEntry({ offset: -16 }), 'has the offset -16, expected a multiple'],
    ['no offset', withEntry({ offset: undefined }), 'has the offset nothing, expected a multiple'],
    ['an offset behind the end', withEntry({ offset: 1 << 20 }), 'cut short: "a" ends at byte'],
    [
      'claims that no memory could hold',
      withEntry({ shape: [2 ** 30, 2 ** 20], bytes: 2 ** 51 }),
      'cut short: "a" ends at byte',
    ],
  ])('refuses %s', (_, file, words) => {
    const read = () => readContainer(file, 'k', 'x/f.bin');
    expect(read).toThrow(expect.objectContaining({ name: 'BundleError' }));
    expect(read).toThrow(/^x\/f\.bin: .* Build the bundle again\.$/);
    expect(read).toThrow(words);
  });

  test('a later version is refused with both numbers, and says what to do', () => {
    expect(() => readContainer(fileOf({}, body, { version: 2 }), 'k', 'x/f.bin')).toThrow(
      'x/f.bin: format version 2, this reader knows 1. ' +
        'Update Soutu on the page, or build the bundle again with this version.',
    );
  });

  /** A file either reads, or is refused in our words: nothing else is thrown. */
  const readsOrRefuses = (file: Uint8Array) => {
    try {
      readContainer(file, 'k', 'f');
    } catch (error) {
      expect(error).toMatchObject({ name: 'BundleError', message: expect.stringMatching(/^f: /) });
    }
  };

  test('a file cut anywhere is refused', () => {
    fc.assert(
      fc.property(sections, fc.nat(), (list, at) => {
        const filled = [...list, { name: 'z', dtype: 'u8', shape: [1], data: Uint8Array.of(1) }];
        const file = writeContainer({ kind: 'k', meta: {}, sections: filled as Section[] });
        // The last section is padded; what lies behind its one byte may go.
        const cut = file.subarray(0, at % (file.length - 15));
        expect(() => readContainer(cut, 'k', 'f')).toThrow(
          expect.objectContaining({ name: 'BundleError' }),
        );
      }),
      { seed: 4, numRuns: 200 },
    );
  });

  test('a file with any byte changed reads, or is refused in words', () => {
    fc.assert(
      fc.property(sections, fc.nat(), fc.integer({ min: 1, max: 255 }), (list, at, change) => {
        const file = writeContainer({ kind: 'k', meta: { n: 1 }, sections: list });
        const place = at % file.length;
        file[place] = (file[place] ?? 0) ^ change;
        readsOrRefuses(file);
      }),
      { seed: 5, numRuns: 500 },
    );
  });

  test('any header reads, or is refused in words', () => {
    const field = fc.oneof(fc.jsonValue(), fc.constantFrom(0, 16, 2 ** 53, ...Object.keys(TYPES)));
    const entries = fc.array(
      fc.record(
        {
          name: field,
          dtype: field,
          shape: fc.oneof(fc.array(fc.nat()), field),
          offset: field,
          bytes: field,
        },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(fc.oneof(entries, fc.jsonValue()), (list) => {
        readsOrRefuses(fileOf({ kind: 'k', sections: list }, body));
      }),
      { seed: 6, numRuns: 500 },
    );
  });

  test.each([
    ['a header that is not an object', fileOf('null'), 'its header is not an object.'],
    [
      'a section that is not an object',
      fileOf({ kind: 'k', sections: [null] }),
      'a section is null.',
    ],
    [
      'a section that is listed twice',
      fileOf({
        kind: 'k',
        sections: ['a', 'a'].map((name) => ({
          name,
          dtype: 'u8',
          shape: [0],
          offset: 0,
          bytes: 0,
        })),
      }),
      'section "a" is listed twice.',
    ],
  ])('refuses %s', (_, file, words) => {
    const read = () => readContainer(file, 'k', 'f');
    const message = `f: ${words} Build the bundle again.`;
    expect(read).toThrow(expect.objectContaining({ name: 'BundleError', message }));
  });

  test('errors of a model folder have their own code and remedies', () => {
    const owner = { code: 'ModelError', remedy: 'Do A.', versionRemedy: 'Do B.' } as const;
    expect(() => readContainer(good.subarray(0, 9), 'k', 'f', owner)).toThrow(
      expect.objectContaining({ name: 'ModelError', message: expect.stringMatching(/ Do A\.$/) }),
    );
    expect(() => readContainer(Buffer.from(good).fill(9, 8, 9), 'k', 'f', owner)).toThrow(
      'f: format version 9, this reader knows 1. Do B.',
    );
    const container = readContainer(good, 'k', 'f', owner);
    expect(() => sectionOf(container, 'z', 'u8', 'f', owner)).toThrow(
      expect.objectContaining({ name: 'ModelError', message: expect.stringMatching(/ Do A\.$/) }),
    );
  });

  test('a header of 4 GiB is only a claim', () => {
    const file = Buffer.from(good);
    file.writeUInt32LE(0xffffffff, 12);
    expect(() => readContainer(file, 'k', 'f')).toThrow('the header needs 4294967311 bytes');
  });

  test('sections and counts are asked for by name and type', () => {
    const container = readContainer(
      fileOf({ kind: 'k', rows: 2, bad: -1, sections: [] }),
      'k',
      'f',
    );
    expect(countOf(container, 'rows', 'f')).toBe(2);
    expect(() => countOf(container, 'bad', 'f')).toThrow(
      'f: "bad" must be a whole number, got -1. Build the bundle again.',
    );
    expect(() => countOf(container, 'none', 'f')).toThrow(
      '"none" must be a whole number, got nothing',
    );
    const held = readContainer(good, 'k', 'f');
    expect(sectionOf(held, 'a', 'u16', 'f')).toHaveLength(4);
    expect(() => sectionOf(held, 'a', 'f32', 'f')).toThrow(
      'f: expected a section "a" of f32, got "u16". Build the bundle again.',
    );
    expect(() => sectionOf(held, 'b', 'u16', 'f')).toThrow('a section "b" of u16, got nothing.');
  });
});
