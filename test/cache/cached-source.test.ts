/** Bundles behind a real server on this machine: what is kept, what is asked again, what is swept. */
import { describe, expect, test } from 'vitest';
import { CachedSource, makeRoomFor } from '../../src/cache/cached-source.ts';
import { Bundle } from '../../src/core/bundle/bundle.ts';
import type { FileRef } from '../../src/core/file-ref.ts';
import { encodeUtf8 } from '../../src/core/text.ts';
import { tinyModel } from '../support/model-spec.ts';
import {
  asked,
  cache,
  files,
  put,
  putRow,
  readAll,
  release,
  source,
  stop,
  store,
  url,
} from './shop-server.ts';

describe('a bundle behind a server', () => {
  test('the second visit asks for the manifest and nothing else', async () => {
    const manifest = release('one');
    const first = source();
    await first.manifest();
    const texts = await readAll(first, manifest);
    expect(texts).toEqual(['one', 'one details', 'one vectors', 'the same in all releases']);
    asked.length = 0;
    const second = source();
    expect(await second.manifest()).toMatchObject({ items: manifest.items });
    expect(await readAll(second, manifest)).toEqual(texts);
    expect(asked).toEqual(['manifest.json']);
    expect(second.notices()).toEqual([]);
  });

  test('if a host fails, a copy is read, and asked first from then on', async () => {
    const manifest = release('one');
    const gone = 'http://127.0.0.1:9/bundle';
    const from = new CachedSource(gone, cache(), { mirrors: [`${url}missing`, url], retryMs: [1] });
    expect(await from.manifest()).toMatchObject({ items: manifest.items });
    const texts = await readAll(from, manifest);
    expect(texts).toEqual(['one', 'one details', 'one vectors', 'the same in all releases']);
    // The copy without files was asked once, for the manifest.
    expect(asked.filter((path) => path.startsWith('missing'))).toHaveLength(1);
    expect(from.notices()).toEqual([]);
    stop();
    const offline = new CachedSource(gone, cache(), { mirrors: [url], retryMs: [1] });
    expect(await offline.manifest()).toMatchObject({ items: manifest.items });
    expect(offline.notices()).toMatchObject([{ code: 'offline' }]);
    const nowhere = new CachedSource('http://127.0.0.1:9/other', cache(), { mirrors: [url] });
    await expect(nowhere.manifest()).rejects.toThrow('http://127.0.0.1:9/other/manifest.json');
  });

  test('a manifest that the page has asked a silent or parked host for: the copy is asked instead', async () => {
    const manifest = release('one');
    const page = (early: () => Promise<Uint8Array | null>) =>
      new CachedSource('http://127.0.0.1:9/bundle', cache(), {
        mirrors: [url],
        early,
        retryMs: [1],
      });
    const parked = page(async () => encodeUtf8('<p>This domain is for sale.</p>'));
    expect(await parked.manifest()).toMatchObject({ items: manifest.items });
    const before = performance.now();
    const silent = page(() => new Promise(() => undefined));
    expect(await silent.manifest()).toMatchObject({ items: manifest.items });
    // After 4 seconds; a page that waits for the host waits for good.
    expect(performance.now() - before).toBeLessThan(8000);
    expect(silent.notices()).toEqual([]);
  });

  test('a manifest that the page has downloaded is used, stored, and not asked for again', async () => {
    const manifest = release('one');
    const bytes = files.get('manifest.json') as Uint8Array;
    const given = (early: Uint8Array) =>
      new CachedSource(url, cache(), { early: async () => early, retryMs: [1] });
    const first = given(bytes);
    await first.manifest();
    expect(await readAll(first, manifest)).toContain('one vectors');
    expect(asked).not.toContain('manifest.json');
    expect(await store.get(`manifest:${url.replace(/\/$/, '')}`)).toEqual(bytes);
    release('two');
    await first.manifest();
    expect(asked.at(-1), 'a second reading wants a newer one').toBe('manifest.json');
    const cut = await given(bytes.subarray(0, 40)).manifest();
    expect(JSON.stringify(cut), 'one that broke off').toContain('columns-two.json');
  });

  test('on a slow line a recent manifest is used at once; the newest is for the next visit', async () => {
    const slow = () => new CachedSource(url, cache(), { slowLine: true, retryMs: [1, 1] });
    const before = release('one');
    const first = slow();
    expect(await first.manifest(), 'nothing is stored yet').toMatchObject({ items: before.items });
    await readAll(first, before);
    const now = release('two');
    asked.length = 0;
    const second = slow();
    expect(await second.manifest()).toMatchObject({ items: before.items });
    expect(await readAll(second, before)).toContain('one vectors');
    await expect.poll(() => asked).toEqual(['manifest.json']);
    const where = url.replace(/\/$/, '');
    const stored = async () => Buffer.from((await store.get(`manifest:${where}`)) ?? []).toString();
    await expect.poll(stored).toContain('vectors-two.bin');
    expect(await slow().manifest()).toMatchObject({ items: now.items });
    // A file of the old release is missing: the newest manifest is read after all.
    release('three');
    const third = slow();
    await third.manifest();
    expect(await third.manifest()).toMatchObject({
      items: { columns: [{ file: 'columns-three.json' }] },
    });
  });

  test('on a slow line a manifest of an earlier day is read anew', async () => {
    const slow = () => new CachedSource(url, cache(), { slowLine: true, retryMs: [1, 1] });
    release('one');
    await slow().manifest();
    const where = url.replace(/\/$/, '');
    await store.put(`checked:${where}`, Buffer.from(String(Date.now() - 25 * 3_600_000)));
    const now = release('two');
    expect(await slow().manifest()).toMatchObject({ items: now.items });
    await store.put(`checked:${where}`, Buffer.from('soon'));
    const later = release('three');
    expect(await slow().manifest()).toMatchObject({ items: later.items });
  });

  test('a new release sweeps what only the last one named', async () => {
    const before = release('one');
    const first = source();
    await first.manifest();
    await readAll(first, before);
    const now = release('two');
    asked.length = 0;
    const second = source();
    await second.manifest();
    await readAll(second, now);
    expect(asked).toEqual([
      'manifest.json',
      'columns-two.json',
      'details-two.json',
      'vectors-two.bin',
    ]);
    const { items, index, model } = now;
    const named = [...items.columns, ...items.details, ...index.vectors, ...model.weights.files];
    const where = url.replace(/\/$/, '');
    const keys = [
      ...named.map((ref) => ref.sha256),
      `checked:${where}`,
      `manifest:${where}`,
      `needed:${where}`,
    ];
    expect(await store.keys()).toEqual(keys.sort());
  });

  test('the sweep takes what was begun of an old release, and the engine of an old page', async () => {
    const old = put('old.wasm', 'an engine');
    const engine = put('new.wasm', 'a better engine');
    release('one');
    await new CachedSource(url, cache(), { engine: [old] }).manifest();
    await store.put(old.sha256, new Uint8Array(1));
    await store.put(`part:${'a'.repeat(64)}:0000000000`, new Uint8Array(1));
    await store.put(`part:${engine.sha256}:0000000000`, new Uint8Array(1));
    await new CachedSource(url, cache(), { engine: [engine] }).manifest();
    const files = (await store.keys()).filter((key) => !key.includes(url.replace(/\/$/, '')));
    expect(files).toEqual([`part:${engine.sha256}:0000000000`]);
  });

  test('the sweep leaves what another bundle of this origin still needs', async () => {
    const manifest = release('one');
    const first = source();
    await first.manifest();
    const texts = await readAll(first, manifest);
    files.set('other/manifest.json', files.get('manifest.json') as Uint8Array);
    const other = () => new CachedSource(`${url}other/`, cache());
    await other().manifest();
    // Both bundles had this release; the other one goes on.
    const { model, ...rest } = release('two');
    const moved = {
      ...rest,
      model: { ...model, weights: { files: [put('w.bin', 'other weights')] } },
    };
    put(
      'other/manifest.json',
      JSON.stringify({ ...moved, model: tinyModel(2, moved.model.weights.files) }),
    );
    await other().manifest();
    asked.length = 0;
    expect(await readAll(source(), manifest)).toEqual(texts);
    expect(asked).toEqual([]);
  });

  test('a visit goes on with its own release, also where another tab took up the next', async () => {
    const before = release('one');
    await source().manifest();
    release('two');
    await source().manifest();
    asked.length = 0;
    const goesOn = source(before);
    expect(await goesOn.manifest()).toEqual(before);
    expect(await readAll(goesOn, before)).toEqual([
      'one',
      'one details',
      'one vectors',
      'the same in all releases',
    ]);
    expect(asked).not.toContain('manifest.json');
  });

  test('a release is replaced by one with other titles only; an older bundle of the same source knows it, too', async () => {
    release('one');
    const opened = source();
    const before = await Bundle.open(opened);
    expect(await before.isReplaced()).toBe(false);
    const manifest = release('one');
    const details = [putRow('details-new-titles.json', 'new titles')];
    const items = { ...manifest.items, details };
    put('manifest.json', JSON.stringify({ ...manifest, items }));
    expect(await before.isReplaced()).toBe(true);
    const after = await Bundle.open(opened);
    expect(after.manifest.items.details).toEqual(details);
    expect([await before.isReplaced(), await after.isReplaced()]).toEqual([true, false]);
    const resumed = await Bundle.open(source(structuredClone(after.manifest)));
    expect(await resumed.isReplaced()).toBe(false);
    await stop();
    expect(await before.isReplaced(), 'without a connection').toBe(false);
  });

  test('with no server what was kept serves, and it is said', async () => {
    const manifest = release('one');
    const first = source();
    await first.manifest();
    await readAll(first, manifest);
    await stop();
    const second = source();
    expect(await second.manifest()).toMatchObject({ items: manifest.items });
    expect((await readAll(second, manifest))[0]).toBe('one');
    expect(second.notices()).toEqual([
      { code: 'offline', message: 'No connection: searching the copy saved on this device.' },
    ]);
  });

  test('a server in trouble is named by its status, and what was kept serves', async () => {
    const manifest = release('one');
    const first = source();
    await first.manifest();
    await readAll(first, manifest);
    files.set('manifest.json', (response) => {
      response.statusCode = 503;
      response.end();
    });
    const second = source();
    expect(await second.manifest()).toMatchObject({ items: manifest.items });
    expect(second.notices()).toEqual([
      {
        code: 'server-failed',
        message:
          'The server of this site returned 503 Service Unavailable: searching the copy saved on this device.',
        detail: '503 Service Unavailable',
      },
    ]);
    release('two');
    await second.manifest();
    expect(second.notices()).toEqual([]);
  });

  test('with no server and nothing kept it is a NetworkError', async () => {
    await stop();
    await expect(source().manifest()).rejects.toMatchObject({
      name: 'NetworkError',
      message: expect.stringMatching(
        /manifest\.json: cannot be reached \(.+\)\. Check the connection/,
      ),
    });
  });

  test('a broken manifest does not replace one that works', async () => {
    const manifest = release('one');
    await source().manifest();
    put('manifest.json', '{"format":"soutu-bundle","version":7}');
    await expect(source().manifest()).rejects.toThrow(
      'format version 7, this version of Soutu reads versions 3 to 5',
    );
    await stop();
    expect(await source().manifest()).toMatchObject({ items: manifest.items });
  });

  test('a manifest that is being uploaded is read again, until it is whole', async () => {
    const manifest = release('one');
    const whole = files.get('manifest.json') as Uint8Array;
    const uploads = [new Uint8Array(), whole.subarray(0, whole.length / 2), whole];
    files.set('manifest.json', (response) => response.end(uploads.shift()));
    expect(await source().manifest()).toMatchObject({ items: manifest.items });
    expect(asked).toEqual(['manifest.json', 'manifest.json', 'manifest.json']);
    expect(uploads).toEqual([]);
  });

  const advice =
    'If it is being uploaded just now, try again in a minute; if not, upload it again, after all other files.';
  test.each([
    ['empty', '', `an empty file. ${advice}`, 3],
    ['cut short', '{"format":"soutu-bundle","ver', `29 bytes that break off. ${advice}`, 3],
    ['cut within a letter', '{"name":"\xe9', `10 bytes that break off. ${advice}`, 3],
    ['a web page', '<!doctype html>', "15 bytes of something else. Check the bundle's address.", 1],
    ['no text', '\xff\xd8\xff', "3 bytes of something else. Check the bundle's address.", 1],
  ])('a manifest that stays %s is told in words', async (_, bytes, words, times) => {
    files.set('manifest.json', Buffer.from(bytes, 'latin1'));
    await expect(source().manifest()).rejects.toMatchObject({
      name: 'BundleError',
      message: `${url}manifest.json: expected the JSON of a bundle's manifest, got ${words}`,
    });
    expect(asked).toHaveLength(times);
    expect(await store.keys()).toEqual([]);
  });

  test.each([
    ['no JSON', 'not json'],
    ['no list', '{}'],
    ['no text', '\xff\xfe'],
  ])('a list of what is needed that the device damaged is as none: %s', async (_, damaged) => {
    const manifest = release('one');
    const first = source();
    await first.manifest();
    await readAll(first, manifest);
    const keys = await store.keys();
    const needed = keys.find((key) => key.startsWith('needed:')) ?? '';
    const before = await store.get(needed);
    await store.put(needed, Buffer.from(damaged, 'latin1'));
    await store.put('needed:https://shop.test/other', Buffer.from(damaged, 'latin1'));
    await source().manifest();
    expect(await store.get(needed)).toEqual(before);
    expect(await store.keys()).toEqual([...keys, 'needed:https://shop.test/other'].sort());
    await makeRoomFor('https://shop.test/other', store, keys[0] as string);
  });

  test('a kept manifest that the device damaged is as none', async () => {
    release('one');
    await source().manifest();
    const key = (await store.keys()).find((it) => it.startsWith('manifest:')) ?? '';
    await store.put(key, Uint8Array.from([123]));
    await stop();
    await expect(source().manifest()).rejects.toMatchObject({ name: 'NetworkError' });
  });

  test('a copy that the device damaged is fetched again', async () => {
    const manifest = release('one');
    const ref = manifest.items.columns[0] as FileRef;
    await store.put(ref.sha256, Uint8Array.from([1, 2, 3]));
    expect(Buffer.from(await source().read(ref)).toString()).toBe('one');
    expect(Buffer.from((await store.get(ref.sha256)) ?? []).toString()).toBe('one');
  });

  test('a connection that breaks tells how far it came', async () => {
    const ref = release('one').items.columns[0] as FileRef;
    files.set(ref.file, (response) => {
      response.writeHead(200, { 'Content-Length': '3' });
      response.write('on', () => setTimeout(() => response.destroy(), 20));
    });
    await expect(source().read(ref)).rejects.toMatchObject({
      name: 'NetworkError',
      message: expect.stringMatching(
        /columns-one\.json: the connection broke after 2 bytes \(.+\)\. Try again\./,
      ),
    });
    expect(await store.keys()).toEqual([`part:${ref.sha256}:0000000000`]);
  });
});
