// biome-ignore-all lint/suspicious/noConsole: the console is what is watched here
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { quietly } from '../../../../src/node/build/graph/quietly.ts';

const METHODS = ['log', 'warn', 'error'] as const;
const real = { log: console.log, warn: console.warn, error: console.error };
const said: string[] = [];
const watched = Object.fromEntries(
  METHODS.map((method) => [
    method,
    (...words: unknown[]) => said.push([method, ...words].join(' ')),
  ]),
);

describe('quietly', () => {
  beforeEach(() => {
    said.length = 0;
    Object.assign(console, watched);
  });
  afterEach(() => {
    Object.assign(console, real);
  });
  const isRestored = () => METHODS.every((method) => console[method] === watched[method]);

  test('drops the chatter of hnswlib-wasm and passes all else', async () => {
    const result = await quietly(async () => {
      console.log('EmscriptenFileSystemManager: syncing');
      console.log('a. reading');
      console.warn('warning: 2 FS.syncfs operations in flight at once');
      console.error('----------------------------------------');
      console.error('Error initializing the library:', new Error('x'));
      console.log('mine', 1);
      console.warn('warning: of another kind');
      console.error(new Error('oops'));
      console.error();
      return 42;
    });
    expect(result).toBe(42);
    expect(said).toEqual([
      'log mine 1',
      'warn warning: of another kind',
      'error Error: oops',
      'error',
    ]);
  });

  test('gives the console back, after a failure too', async () => {
    await quietly(async () => expect(isRestored()).toBe(false));
    expect(isRestored()).toBe(true);
    await expect(quietly(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(isRestored()).toBe(true);
    console.log('EmscriptenFileSystemManager: of the page itself');
    expect(said).toEqual(['log EmscriptenFileSystemManager: of the page itself']);
  });

  test('of several at once the last to end gives the console back', async () => {
    const ends: (() => void)[] = [];
    const work = () => quietly(() => new Promise<void>((resolve) => ends.push(resolve)));
    const both = [work(), work()];
    ends[0]?.();
    await both[0];
    console.log('EmscriptenFileSystemManager: still at work');
    expect(said).toEqual([]);
    ends[1]?.();
    await both[1];
    expect(isRestored()).toBe(true);
  });

  test('what was bound inside stays filtered', async () => {
    const print = await quietly(async () => console.log);
    print('EmscriptenFileSystemManager: later');
    print('a result');
    expect(said).toEqual(['log a result']);
  });
});
