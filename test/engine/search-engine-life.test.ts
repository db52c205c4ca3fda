import { describe, expect, test, vi } from 'vitest';
import { EngineError, SoutuError } from '../../src/core/errors.ts';
import type { ModelSpec } from '../../src/core/model/spec.ts';
import { encodeUtf8 } from '../../src/core/text.ts';
import type { Embedder } from '../../src/engine/embedder.ts';
import type { WeightFiles } from '../../src/engine/open-embedder.ts';
import { type Runtimes, SearchEngine } from '../../src/engine/search-engine.ts';
import {
  type Changes,
  COUNT,
  DIMENSION,
  embedderOf,
  idOf,
  items,
  memoryBundle,
  open,
  photoOf,
  plainOf,
} from './memory-bundle.ts';

type Make = (spec: ModelSpec, weights: WeightFiles) => Promise<Embedder>;
const openWith = (make: Make, changes?: Changes) =>
  open({ embeddersFor: (spec) => [(weights) => make(spec, weights)] }, changes);

describe('a release swapped while the bundle is opened', () => {
  const parts: Runtimes = {
    embeddersFor: (spec) => [async () => embedderOf(spec)],
  };
  const outdated = (manifest: { items: object }) => ({
    ...manifest,
    items: {
      ...manifest.items,
      columns: [
        { file: 'columns-of-yesterday', bytes: 1, sha256: '00'.repeat(32), first: 0, rows: COUNT },
      ],
    },
  });

  test('is opened by its new manifest', async () => {
    const { source, manifest } = memoryBundle();
    source.manifest.mockResolvedValueOnce(outdated(manifest));
    const engine = await SearchEngine.open(source, parts);
    expect(await engine.bundle.columns()).toEqual(
      items.map(({ image: _image, title: _title, ...item }) => item),
    );
    expect(source.manifest).toHaveBeenCalledTimes(2);
  });

  test('is tried once more, not for ever', async () => {
    const { source, manifest } = memoryBundle();
    source.manifest.mockResolvedValue(outdated(manifest));
    await expect(SearchEngine.open(source, parts)).rejects.toThrow(
      'b/columns-of-yesterday: not there',
    );
    expect(source.manifest).toHaveBeenCalledTimes(2);
  });

  test('other errors are not tried again', async () => {
    const { source, files } = memoryBundle();
    files.set('columns-0-0', encodeUtf8('<!doctype html>'));
    await expect(SearchEngine.open(source, parts)).rejects.toThrow('b/columns-0-0: is not JSON (');
    expect(source.manifest).toHaveBeenCalledTimes(1);
  });
});

describe('the model', () => {
  test('is loaded at the first photo, and once', async () => {
    const make = vi.fn<Make>(async (spec) => embedderOf(spec));
    const engine = await openWith(make);
    await engine.search({ vector: plainOf(1) });
    expect(make).not.toHaveBeenCalled();
    await Promise.all([engine.preload(), engine.search({ photo: photoOf(1) })]);
    await engine.embed(photoOf(2));
    expect(make).toHaveBeenCalledTimes(1);
    const [spec, weights] = make.mock.calls[0] ?? [];
    expect(spec?.name).toBe('tiny');
    expect(await weights?.()).toEqual([Uint8Array.of(1)]);
  });

  test('is loaded again after a failed first try', async () => {
    const make = vi
      .fn<Make>(async (spec) => embedderOf(spec))
      .mockRejectedValueOnce(new SoutuError('NetworkError', 'offline'));
    const engine = await openWith(make);
    await expect(engine.search({ photo: photoOf(5) })).rejects.toThrow('offline');
    const answer = await engine.search({ photo: photoOf(5) });
    expect(answer.hits[0]?.id).toBe(idOf(5));
    expect(make).toHaveBeenCalledTimes(2);
  });

  test('that computes rightly passes its canary', async () => {
    const engine = await open({}, { canary: [9, 9] });
    expect(await engine.embed(photoOf(3))).toEqual(plainOf(3));
  });

  test('that computes wrongly is refused', async () => {
    const engine = await open({}, { canary: [9, 10] });
    const [a, b] = [plainOf(9), plainOf(10)];
    const cosine =
      a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0) / Math.hypot(...a) / Math.hypot(...b);
    await expect(engine.embed(photoOf(3))).rejects.toMatchObject({
      name: 'ModelError',
      message:
        `tiny: this device computes wrongly with fake: the test picture's cosine is ` +
        `${cosine.toFixed(4)}, expected at least 0.999. Try another browser or device.`,
    });
    // Searches that need no model still work.
    expect((await engine.search({ id: idOf(1) })).hits).not.toEqual([]);
  });

  test('that gives NaN is refused', async () => {
    const make: Make = async (spec) => ({
      ...embedderOf(spec),
      embed: async () => new Float32Array(DIMENSION).fill(Number.NaN),
    });
    const engine = await openWith(make, { canary: [9, 9] });
    await expect(engine.preload()).rejects.toThrow('this device computes wrongly with fake');
  });
});

describe('engines in order', () => {
  const wrong = (spec: ModelSpec) => ({
    ...embedderOf(spec),
    engine: 'wrong',
    embed: vi.fn(async () => plainOf(10)),
  });

  test('one that computes wrongly or cannot start is followed by the next, and the response says so', async () => {
    const made: ReturnType<typeof wrong>[] = [];
    const engine = await open(
      {
        embeddersFor: (spec) => [
          async () => {
            throw new EngineError('no SIMD');
          },
          async () => {
            const embedder = wrong(spec);
            made.push(embedder);
            return embedder;
          },
          async () => embedderOf(spec),
        ],
      },
      { canary: [9, 9] },
    );
    const response = await engine.search({ photo: photoOf(5) });
    expect(response.hits[0]?.id).toBe(idOf(5));
    expect(response.engine.embedder).toBe('fake');
    expect(response.notices).toEqual([
      {
        code: 'engine-fallback',
        message:
          'The first choice of engine cannot run here, the photo was read by another one. (no SIMD)',
      },
      {
        code: 'engine-fallback',
        message: expect.stringContaining('this device computes wrongly with wrong'),
      },
    ]);
    expect(made.map(({ dispose }) => dispose.mock.calls.length)).toEqual([1]);
    // A search that needs no model is none of the model's business.
    expect((await engine.search({ id: idOf(1) })).notices).toEqual([]);
  });

  test('what is the fault of model or network is told at once, and where none runs all are named', async () => {
    const next = vi.fn(async (spec: ModelSpec) => embedderOf(spec));
    const openFailing = (first: Error, second?: Error) =>
      open({
        embeddersFor: (spec) => [
          async () => {
            throw first;
          },
          async () => {
            if (second) throw second;
            return next(spec);
          },
        ],
      });
    const broken = await openFailing(new SoutuError('ModelError', 'w: is cut off'));
    await expect(broken.preload()).rejects.toThrow('w: is cut off');
    expect(next).not.toHaveBeenCalled();
    const none = await openFailing(new EngineError('No SIMD.'), new EngineError('No memory.'));
    await expect(none.preload()).rejects.toThrow('No SIMD. No memory.');
  });
});

test('dispose gives back what was made', async () => {
  const embedders: ReturnType<typeof embedderOf>[] = [];
  const engine = await open({
    flatUpTo: 50,
    embeddersFor: (spec) => [
      async () => {
        const embedder = embedderOf(spec);
        embedders.push(embedder);
        return embedder;
      },
    ],
  });
  await engine.search({ photo: photoOf(1) });
  await engine.dispose();
  expect(embedders.map(({ dispose }) => dispose.mock.calls.length)).toEqual([1]);
  for (const exact of [true, false]) {
    await expect(engine.search({ id: idOf(1) }, { exact })).rejects.toThrow(
      'The index was used after dispose()',
    );
    await expect(engine.search({ vector: plainOf(1) }, { exact })).rejects.toThrow(
      'The index was used after dispose()',
    );
  }
  // Nothing was made, nothing is to be given back.
  await (await open()).dispose();
});

describe('gives back', () => {
  test('a model that failed its canary', async () => {
    const embedders: ReturnType<typeof embedderOf>[] = [];
    const make: Make = async (spec) => {
      const embedder = embedderOf(spec);
      embedders.push(embedder);
      return embedder;
    };
    const engine = await openWith(make, { canary: [9, 10] });
    await expect(engine.preload()).rejects.toThrow('computes wrongly');
    expect(embedders).toHaveLength(1);
    expect(embedders[0]?.dispose).toHaveBeenCalledTimes(1);
  });

  test('the rest while the model fails to load', async () => {
    let fail: (error: Error) => void = () => undefined;
    const engine = await open({
      flatUpTo: 50,
      embeddersFor: () => [
        () =>
          new Promise((_, reject) => {
            fail = reject;
          }),
      ],
    });
    await engine.search({ id: idOf(1) });
    const loading = engine.preload().catch((error: Error) => error.message);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const disposing = engine.dispose();
    fail(new Error('offline'));
    expect(await loading).toBe('offline');
    await disposing;
    await expect(engine.search({ id: idOf(1) })).rejects.toThrow('used after dispose()');
  });
});

test('an aborted search rejects at once, though a file of the index hangs', async () => {
  const engine = await open();
  const abort = new AbortController();
  const nearest = vi
    .spyOn(engine.retriever, 'nearest')
    .mockReturnValue(new Promise(() => undefined));
  const searching = engine.search({ id: idOf(1) }, {}, { signal: abort.signal });
  await vi.waitFor(() => expect(nearest).toHaveBeenCalled(), { interval: 5 });
  abort.abort(new Error('changed my mind'));
  await expect(searching).rejects.toThrow('changed my mind');
});

test('so does one by the id of an item whose file hangs', async () => {
  const engine = await open();
  const abort = new AbortController();
  const get = vi.spyOn(engine.retriever, 'get').mockReturnValue(new Promise(() => undefined));
  const searching = engine.search({ id: idOf(1) }, {}, { signal: abort.signal });
  await vi.waitFor(() => expect(get).toHaveBeenCalled(), { interval: 5 });
  abort.abort(new Error('changed my mind'));
  await expect(searching).rejects.toThrow('changed my mind');
});

describe('the titles that words are searched in', () => {
  test('are loaded by the first words, each file once, and not by a search without words', async () => {
    const { source, manifest } = memoryBundle();
    const engine = await SearchEngine.open(source, {
      embeddersFor: (spec) => [async () => embedderOf(spec)],
    });
    const names = manifest.items.details.map(({ file }) => file ?? '');
    expect(names.length).toBeGreaterThan(1);
    const reads = () => source.read.mock.calls.filter(([{ file }]) => names.includes(file)).length;
    const search = (text: string) =>
      engine.search({ vector: plainOf(0) }, { text, size: 1, fields: ['id'], minScore: -1 });
    await search('');
    expect(reads()).toBeLessThan(names.length);
    // As a visitor types, and twice at once.
    await Promise.all([search('i'), search('it')]);
    for (const text of ['ite', 'item', 'item 1']) await search(text);
    expect(reads()).toBe(names.length);
    // A file that fails is read again with the next key.
    const { source: flaky } = memoryBundle();
    const other = await SearchEngine.open(flaky, {
      embeddersFor: (spec) => [async () => embedderOf(spec)],
    });
    const read = flaky.read.getMockImplementation() as typeof flaky.read;
    flaky.read.mockImplementation(async (ref) => {
      if (ref.file === names[1]) throw new Error('offline');
      return read(ref);
    });
    const query = { vector: plainOf(0) };
    await expect(other.search(query, { text: 'item' })).rejects.toThrow('offline');
    flaky.read.mockImplementation(read);
    await expect(other.search(query, { text: 'item' })).resolves.toBeDefined();
  });
});
