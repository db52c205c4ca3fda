import { expect, test } from 'vitest';
import { pack, unpack } from '../../src/browser/error-transfer.ts';
import {
  EngineError,
  EngineUnreachableError,
  MissingFileError,
  SoutuError,
} from '../../src/core/errors.ts';

const cross = (thrown: unknown) => unpack(structuredClone(pack(thrown)));

test.each([
  new SoutuError('PhotoError', 'No picture.'),
  new MissingFileError('items.json is not there.'),
  new EngineError('No SIMD.'),
  new EngineUnreachableError('No file.'),
])('%s keeps code, class, words and stack', (error) => {
  const got = cross(error);
  expect(got).toBeInstanceOf(error.constructor);
  expect({ ...got, message: got.message, stack: got.stack }).toEqual({
    ...error,
    message: error.message,
    stack: error.stack,
  });
});

test('an abort stays a DOMException', () => {
  const got = cross(new DOMException('Stop.', 'AbortError'));
  expect(got).toBeInstanceOf(DOMException);
  expect([got.name, got.message]).toEqual(['AbortError', 'Stop.']);
});

test.each<[unknown, string]>([
  [new TypeError('x is not a function'), 'TypeError: x is not a function'],
  [new DOMException('No room.', 'QuotaExceededError'), 'QuotaExceededError: No room.'],
  ['words only', 'Error: words only'],
  [undefined, 'Error: undefined'],
])('anything else (%s) is a worker that failed', (thrown, words) => {
  const got = cross(thrown);
  expect(got).toBeInstanceOf(SoutuError);
  expect([got.name, got.message]).toEqual(['WorkerError', `The search worker failed (${words}).`]);
});
