/** How a row is written: each format against a plain way to write the same. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { IndexedItem } from '../../../src/core/item.ts';
import { textsOf } from '../../../src/core/search/item-table.ts';
import { foldedWords } from '../../../src/core/search/text-words.ts';
import { encodeNumbers } from '../../../src/node/stores/elastic/documents.ts';
import { joinItem, splitItem } from '../../../src/node/stores/item-parts.ts';
import { encodeArray, encodeVector, TEXT_OID } from '../../../src/node/stores/postgres/binary.ts';
import { copyPieces } from '../../../src/node/stores/postgres/copy.ts';
import { searchColumns } from '../../../src/node/stores/pushed-filter.ts';
import { storeRow } from '../../../src/node/stores/store-row.ts';
import { storeItem } from '../../support/stores/catalogue.ts';

const ODD: readonly IndexedItem[] = [
  { id: 'bare', image: 'x' },
  {
    ...{
      id: 'é "1" \\ \u2028',
      image: '\ud83c\udf75.jpg',
      title: 'ΟΔΟΣ – Straße, İstanbul\u0301\ttea',
    },
    ...{ url: 'https://a.example/?q=1&r="', links: ['a', 'b'], thumb: 't', thumbSize: [3, 4] },
    ...{ thumbHash: 'abc', group: 'g', copyOf: 'h' },
    attributes: {
      'na"me': ['Ünï', 'back\\slash', 'new\nline', '\ud800', '\u007f', 'long '.repeat(60)],
      plain: 'A-B c_d 12.5 (x)',
      yes: true,
      no: false,
      empty: [],
      number: -0.5,
    },
  },
];
const ITEMS = [...ODD, ...Array.from({ length: 300 }, (_, i) => storeItem(i))];
const VECTOR = Float32Array.of(0.25, -1.5e-9, 0.123456789, 0, -1);
const rowsOf = (items: readonly IndexedItem[]) => items.map((item) => storeRow(item, VECTOR));

test('an item is the same after it was split and joined', () => {
  for (const item of ITEMS) {
    const { search, details } = splitItem(item);
    expect(joinItem(item.id, search, details)).toEqual(item);
  }
});

test('a row is hashed with its vector; another item or vector has another hash', () => {
  for (const { item, vector, search, details, hash } of rowsOf(ODD)) {
    const expected = createHash('sha256')
      .update(`2\n${JSON.stringify(item.id)}\n${search}\n${details}\n`)
      .update(new Uint8Array(vector.buffer));
    expect(hash).toBe(expected.digest('hex').slice(0, 32));
  }
  const moved = VECTOR.map((x, i) => (i === 1 ? x * 2 : x));
  const hashes = [...rowsOf(ITEMS), ...ITEMS.map((item) => storeRow(item, moved))];
  expect(new Set(hashes.map(({ hash }) => hash)).size).toBe(2 * ITEMS.length);
});

test('a title longer than the buffer is hashed whole', () => {
  const long = { id: 'a', image: 'x', title: 'ü'.repeat(100_000) };
  const other = { ...long, title: `${'ü'.repeat(99_999)}u` };
  expect(storeRow(long, VECTOR).hash).not.toBe(storeRow(other, VECTOR).hash);
});

test('terms are JSON, and words those of a page, whatever letters they have', () => {
  for (const item of ITEMS) {
    const { terms, words } = searchColumns(item);
    for (const term of terms.filter((text) => !text.startsWith('#'))) {
      expect(term).toBe(JSON.stringify(JSON.parse(term)));
    }
    const expected = textsOf(item, item.title).flatMap(foldedWords);
    expect(words).toBe(` ${expected.join(' ')} `);
  }
  const { terms } = searchColumns(ODD[1] as IndexedItem);
  expect(terms).toContain('["na\\"me","new\\nline"]');
  expect(terms.filter((term) => term.startsWith('#'))).toHaveLength(1);
});

test('rows of COPY are fields after their lengths, for any number of rows and any size', () => {
  const huge = { id: 'huge', image: 'x', title: 'ü'.repeat(400_000) };
  const rows = rowsOf([...ITEMS, huge]);
  const parts: Buffer[] = [Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')];
  for (const { item, vector, search, details, hash } of rows) {
    const { terms, numbers, words } = searchColumns(item);
    const json = JSON.stringify(Object.fromEntries(numbers));
    parts.push(Buffer.from([0, 8]));
    for (const field of [
      ...[
        Buffer.from(item.id),
        encodeArray(
          TEXT_OID,
          terms.map((term) => Buffer.from(term)),
        ),
      ],
      ...[Buffer.from(`\x01${json}`), Buffer.from(words), Buffer.from(search)],
      ...[Buffer.from(details), Buffer.from(hash), encodeVector(vector)],
    ]) {
      const length = Buffer.alloc(4);
      length.writeInt32BE(field.length);
      parts.push(length, field);
    }
  }
  parts.push(Buffer.from([0xff, 0xff]));
  expect(Buffer.concat([...copyPieces(rows)]).equals(Buffer.concat(parts))).toBe(true);
});

test('numbers of a vector in JSON are those of the vector, to a billionth', () => {
  const vector = Float32Array.from({ length: 305 }, (_, i) => Math.sin(i) / (i + 1));
  const read = JSON.parse(encodeNumbers(vector)) as number[];
  expect(read).toHaveLength(305);
  read.forEach((number, i) => {
    expect(Math.abs(number - (vector[i] ?? Number.NaN))).toBeLessThanOrEqual(5.1e-10);
  });
  expect(encodeNumbers(Float32Array.of(1, -1, 0, -0, 0.5))).toBe(
    '[1000000000e-9,-1000000000e-9,0e-9,0e-9,500000000e-9]',
  );
});
