import { expect, test } from 'vitest';
import { faultOf, saidBy } from '../../../src/node/database/faults.ts';

const redaction = { shown: 'redis://me@host', password: 'top secret\nvalue', names: ['me'] };

test('a secret is found before white space is made one space', () => {
  const error = new Error('WRONGPASS  "top secret\nvalue"\n is not   right');
  expect(saidBy(error, redaction)).toBe('WRONGPASS "***" is not right');
  expect(saidBy(new Error(`at ${encodeURIComponent(redaction.password)}`), redaction)).toBe(
    'at ***',
  );
});

test('an error becomes one sentence with the address and what to do', () => {
  const error = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  const fault = faultOf(error, redaction, [[/^ECONNREFUSED$/, 'Is it running?']], 'StoreError');
  expect({ name: fault.name, message: fault.message, cause: fault.cause }).toEqual({
    name: 'StoreError',
    message: 'redis://me@host: connect ECONNREFUSED. Is it running?',
    cause: undefined,
  });
});
