/** Varints: what is written is read again; damaged bytes end reading. */
import { expect, test } from 'vitest';
import { putVarint, putVarintAt, VarintReader, varintLength } from '../../src/core/varint.ts';

const NUMBERS = [0, 1, 127, 128, 300, 16_383, 16_384, 2 ** 28, 2 ** 32 - 1];

test('numbers and the bytes between them', () => {
  const bytes: number[] = [];
  for (const n of NUMBERS) {
    putVarint(bytes, n);
    bytes.push(0xaa, 0xbb);
  }
  const reader = new VarintReader(Uint8Array.from(bytes));
  for (const n of NUMBERS) {
    expect(reader.isAtEnd).toBe(false);
    expect([reader.next(), [...reader.take(2)]]).toEqual([n, [0xaa, 0xbb]]);
  }
  expect(reader.isAtEnd).toBe(true);
});

test.each(NUMBERS)('%d has the same bytes in a list and in an array', (n) => {
  const list: number[] = [];
  putVarint(list, n);
  const array = new Uint8Array(varintLength(n));
  expect(putVarintAt(array, 0, n)).toBe(array.length);
  expect([...array]).toEqual(list);
});

test.each([
  ['nothing', []],
  ['a number that is cut short', [0x80]],
  ['2^32', [0x80, 0x80, 0x80, 0x80, 0x10]],
  ['a number of six bytes', [0x80, 0x80, 0x80, 0x80, 0x80, 0x01]],
])('%s is -1, and nothing after it is read', (_, bytes) => {
  const reader = new VarintReader(Uint8Array.from([...bytes]));
  expect(reader.next()).toBe(-1);
  expect([reader.isAtEnd, reader.next(), reader.take(1).length]).toEqual([false, -1, 0]);
});

test('bytes that end early', () => {
  const reader = new VarintReader(Uint8Array.of(1, 2));
  expect([...reader.take(3)]).toEqual([1, 2]);
  expect(reader.isAtEnd).toBe(false);
});
