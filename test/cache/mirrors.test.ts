/** Copies of a bundle on several hosts: which are asked, in what order, and for how long. */
import { expect, test } from 'vitest';
import { Mirrors } from '../../src/cache/mirrors.ts';

const BASES = ['https://a.example/', 'https://b.example/', 'https://c.example/'];
const failed = (name: string, message = name) => Object.assign(new Error(message), { name });

/** Asks for a file; hosts fail with these errors, in order, then one answers. */
async function ask(mirrors: Mirrors, ...failures: readonly Error[]) {
  const asked: [host: string, isPatient: boolean][] = [];
  const answer = mirrors
    .ask('x.bin', async (url, patience) => {
      asked.push([new URL(url).host, patience === undefined]);
      const failure = failures[asked.length - 1];
      if (failure) throw failure;
      return url;
    })
    .catch((error: Error) => error);
  return { answer: await answer, asked };
}

test('hosts are asked in order, without patience while there is another one', async () => {
  const mirrors = new Mirrors(BASES);
  const gone = failed('NetworkError');
  expect(await ask(mirrors, gone, failed('BundleError'))).toEqual({
    answer: 'https://c.example/x.bin',
    asked: [
      ['a.example', false],
      ['b.example', false],
      ['c.example', true],
    ],
  });
  // The one that answered is asked first from then on, then those after it.
  expect((await ask(mirrors, gone)).asked).toEqual([
    ['c.example', false],
    ['a.example', false],
  ]);
});

test('if all fail, the error is that of the first, and the order stays', async () => {
  const mirrors = new Mirrors(BASES);
  const failures = ['first', 'second', 'third'].map((message) => failed('NetworkError', message));
  const { answer, asked } = await ask(mirrors, ...failures);
  expect(answer).toBe(failures[0]);
  expect(asked.map(([host]) => host)).toEqual(['a.example', 'b.example', 'c.example']);
  expect((await ask(mirrors)).asked).toEqual([['a.example', false]]);
});

test('a download that was cancelled is asked of no other host', async () => {
  const cancelled = failed('AbortError');
  const { answer, asked } = await ask(new Mirrors(BASES), cancelled);
  expect(answer).toBe(cancelled);
  expect(asked).toEqual([['a.example', false]]);
});

test('a single host is asked with all patience', async () => {
  expect((await ask(new Mirrors(BASES.slice(0, 1)))).asked).toEqual([['a.example', true]]);
});
