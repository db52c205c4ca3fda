/** The manifest that the page asks for before its scripts have arrived. */
import { afterEach, expect, test } from 'vitest';
import { takeEarlyManifest } from '../../src/client/early-manifest.ts';

const BUNDLE = 'https://shop.example/bundle';
const bytesOf = (text: string) => new TextEncoder().encode(text).buffer as ArrayBuffer;

function early(bytes: Promise<ArrayBuffer | null>, since = performance.now()): void {
  globalThis.soutuEarlyManifest = { url: `${BUNDLE}/manifest.json`, since, bytes };
}

afterEach(() => {
  globalThis.soutuEarlyManifest = undefined;
});

test('is taken once, by the search of its bundle', async () => {
  early(Promise.resolve(bytesOf('{}')));
  expect(await takeEarlyManifest('https://shop.example/other', true)).toBeNull();
  expect(await takeEarlyManifest(BUNDLE, true)).toEqual(new Uint8Array(bytesOf('{}')));
  expect(await takeEarlyManifest(BUNDLE, true)).toBeNull();
});

test('is waited for, but on a slow line only taken if it has arrived', async () => {
  const { promise, resolve } = deferred<ArrayBuffer | null>();
  early(promise);
  const waiting = takeEarlyManifest(BUNDLE, true);
  early(promise);
  expect(await takeEarlyManifest(BUNDLE, false)).toBeNull();
  early(promise);
  resolve(bytesOf('[]'));
  expect(await waiting).toEqual(new Uint8Array(bytesOf('[]')));
  expect(await takeEarlyManifest(BUNDLE, false)).toEqual(new Uint8Array(bytesOf('[]')));
});

test('a failed download and one of a minute ago leave it to the worker', async () => {
  early(Promise.resolve(null));
  expect(await takeEarlyManifest(BUNDLE, true)).toBeNull();
  early(Promise.resolve(bytesOf('{}')), performance.now() - 61_000);
  expect(await takeEarlyManifest(BUNDLE, true)).toBeNull();
});

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
