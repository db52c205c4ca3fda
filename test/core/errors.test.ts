import { expect, test } from 'vitest';
import { LoadRefused } from '../../src/client/load-refused.ts';
import {
  EngineError,
  EngineUnreachableError,
  MissingFileError,
  SoutuError,
} from '../../src/core/errors.ts';

test('an error is one of its class and of those above, and of no other', () => {
  const cases = [
    [new SoutuError('ModelError', 'x'), [SoutuError]],
    [new MissingFileError('x'), [SoutuError, MissingFileError]],
    [new EngineError('x'), [SoutuError, EngineError]],
    [new EngineUnreachableError('x'), [SoutuError, EngineError, EngineUnreachableError]],
    [new LoadRefused({ index: 0, model: 1, engine: 0 }), [SoutuError, LoadRefused]],
    [new TypeError('x'), []],
    [Object.assign(new Error('x'), { kind: 'soutuber' }), []],
    [{ kind: 'soutu' }, []],
    [null, []],
  ] as const;
  const classes = [SoutuError, MissingFileError, EngineError, EngineUnreachableError, LoadRefused];
  for (const [error, expected] of cases) {
    expect(
      classes.filter((one) => (error as unknown) instanceof one),
      String(error),
    ).toEqual(expected);
  }
});

test('another copy of the classes, as each script of the package has one, is no difference', async () => {
  const copy = (await import(
    // @ts-expect-error a query makes it another module
    '../../src/core/errors.ts?copy'
  )) as typeof import('../../src/core/errors.ts');
  expect(copy.EngineError).not.toBe(EngineError);
  const error = new copy.EngineUnreachableError('x');
  expect(error).toBeInstanceOf(EngineError);
  expect(error).not.toBeInstanceOf(MissingFileError);
});
