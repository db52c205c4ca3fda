/** The manifest that the page asks for before its scripts have arrived. */
import { afterEach, expect, test } from 'vitest';
import { takeEarlyManifest } from '../../../src/client/connection/early-manifest.ts';

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
  expect(await takeEarlyManifest('https://shop.example/other')).toBeNull();
  expect(await takeEarlyManifest(BUNDLE)).toEqual(new Uint8Array(bytesOf('{}')));
  expect(await takeEarlyManifest(BUNDLE)).toBeNull();
});

test('is waited for', async () => {
  const { promise, resolve } = deferred<ArrayBuffer | null>();
  early(promise);
  const waiting = takeEarlyManifest(BUNDLE);
  resolve(bytesOf('[]'));
  expect(await waiting).toEqual(new Uint8Array(bytesOf('[]')));
});

test('a failed download and one of a minute ago leave it to the worker', async () => {
  early(Promise.resolve(null));
  expect(await takeEarlyManifest(BUNDLE)).toBeNull();
  early(Promise.resolve(bytesOf('{}')), performance.now() - 61_000);
  expect(await takeEarlyManifest(BUNDLE)).toBeNull();
});

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
