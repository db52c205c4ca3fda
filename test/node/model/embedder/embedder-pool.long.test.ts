/** Several threads of the kernel, as real threads. */
import { syncBuiltinESMExports } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import threads, { type WorkerOptions } from 'node:worker_threads';
import { afterEach, describe, expect, test } from 'vitest';
import { EngineError, SoutuError } from '../../../../src/core/errors.ts';
import type { RgbaImage } from '../../../../src/core/image/pixels.ts';
import { readWeights } from '../../../../src/core/model/weights.ts';
import { seededRandom } from '../../../../src/core/vector/random.ts';
import { createKernelEmbedder } from '../../../../src/engine/kernel/kernel-embedder.ts';
import { type EmbedderMaker, openEmbedder } from '../../../../src/engine/open-embedder.ts';
import type { Precision } from '../../../../src/kernel/binary.ts';
import { nodeEmbedders } from '../../../../src/node/model/embedder/embedder-node.ts';
import {
  EmbedderPool,
  type PoolOptions,
  photosAtOnce,
} from '../../../../src/node/model/embedder/embedder-pool.ts';
import { nodeKernelOptions } from '../../../../src/node/model/embedder/kernel-node.ts';
import { tinyModel } from '../../../support/tiny-model.ts';

const MORTAL = new URL('./mortal-worker.mjs', import.meta.url);
const { spec, file } = tinyModel({ widths: [[8, 8], [16]], projection: { out: 7, bias: true } });

const noise = (width: number, height: number): RgbaImage => {
  const random = seededRandom(width * 1000 + height);
  const data = Uint8Array.from({ length: width * height * 4 }, () => random() * 256);
  return { width, height, data };
};
const photos = Array.from({ length: 12 }, (_, i) => noise(40 + 7 * i, 90 - 5 * i));

const warnings: string[] = [];
afterEach(() => {
  warnings.length = 0;
});

const start = (options: Partial<PoolOptions> = {}, model = spec) =>
  EmbedderPool.start(model, [file], {
    ...{ threads: 2, precision: 'deterministic', warn: (line: string) => warnings.push(line) },
    ...options,
  });

/** Real threads, of a class of the test's own. */
async function withWorker<T>(
  make: (Worker: typeof threads.Worker) => typeof threads.Worker,
  work: () => Promise<T>,
): Promise<T> {
  const { Worker } = threads;
  threads.Worker = make(Worker);
  syncBuiltinESMExports();
  try {
    return await work();
  } finally {
    threads.Worker = Worker;
    syncBuiltinESMExports();
  }
}

async function onOneThread(precision: Precision) {
  const tensors = readWeights(spec, [file]);
  const embedder = await createKernelEmbedder(spec, tensors, nodeKernelOptions(precision));
  const vectors = await Promise.all(photos.map((photo) => embedder.embed(photo)));
  await embedder.dispose();
  return { engine: embedder.engine, vectors };
}

test.for<Precision>(['deterministic', 'fast'])(
  '%s: the vectors of one thread to the bit, each for its photo',
  async (precision) => {
    const expected = await onOneThread(precision);
    const pool = await start({ threads: 3, precision });
    const vectors = await Promise.all(photos.map((photo) => pool.embed(photo)));
    expect({ engine: pool.engine, vectors }).toEqual(expected);
    expect([photosAtOnce(pool), warnings]).toEqual([3, []]);
    // The caller's pixels are still there.
    expect(photos[0]?.data.length).toBe(40 * 90 * 4);
    await pool.dispose();
  },
);

describe('errors of the work', () => {
  test('a photo that is none, and one that is given up: the words of one thread; the next is embedded', async () => {
    const pool = await start();
    const refused = pool.embed({ width: 5, height: 4, data: new Uint8Array(3) });
    await expect(refused).rejects.toMatchObject({
      name: 'PhotoError',
      message: 'A photo of 5×4 needs 80 bytes of RGBA pixels, got 3.',
    });
    await expect(refused).rejects.toBeInstanceOf(SoutuError);
    const controller = new AbortController();
    const waiting = Promise.all(photos.map((photo) => pool.embed(photo, controller.signal)));
    controller.abort(new Error('changed my mind'));
    await expect(waiting).rejects.toThrow('changed my mind');
    expect(await pool.embed(noise(20, 20))).toHaveLength(7);
    await pool.dispose();
  });

  test('weights that are cut off are the fault of the model', async () => {
    const options = { threads: 2, precision: 'deterministic', warn: () => undefined } as const;
    const starting = EmbedderPool.start(spec, [file.subarray(0, -1)], options);
    await expect(starting).rejects.toThrow(/^w: /);
    await expect(starting).rejects.toMatchObject({ name: 'ModelError' });
    await expect(starting).rejects.not.toBeInstanceOf(EngineError);
  });

  test('disposed: what waits and what comes later is refused in words', async () => {
    const pool = await start();
    const settled = Promise.allSettled(photos.map((photo) => pool.embed(photo)));
    await pool.dispose();
    for (const { status, ...rest } of await settled) {
      if (status === 'fulfilled') continue;
      expect(rest).toMatchObject({
        reason: { name: 'ModelError', message: 'tiny: used after dispose(); load it again.' },
      });
    }
    await expect(pool.embed(noise(9, 9))).rejects.toThrow('tiny: used after dispose()');
    await pool.dispose();
    expect(warnings).toEqual([]);
  });
});

describe('threads that are lost', () => {
  test('at work: the others take over its photos', async () => {
    const { vectors } = await onOneThread('deterministic');
    const pool = await start({ script: MORTAL });
    // One for each of the two, that have nothing to do yet: for one of them it is fatal.
    const sent = [noise(13, 10), noise(13, 10), ...photos];
    const got = await Promise.all(sent.map((photo) => pool.embed(photo)));
    const fatal = got.splice(0, 2);
    expect(got).toEqual(vectors);
    expect(fatal[0]).toHaveLength(7);
    expect(fatal[0]).toEqual(fatal[1]);
    expect(warnings).toEqual([
      'A thread was lost (it ended with exit code 7); the work goes on with 1.',
    ]);
    expect(photosAtOnce(pool)).toBe(1);
    await pool.dispose();
  });

  test('all of them: an error that says why, also for what comes later', async () => {
    const pool = await start({ threads: 3, script: MORTAL });
    const message =
      'tiny: the last thread was lost (too much for me). Take fewer threads, as --threads 1.';
    const error = { name: 'WorkerError', message };
    await expect(pool.embed(noise(14, 10))).rejects.toMatchObject(error);
    await expect(pool.embed(noise(9, 9))).rejects.toMatchObject(error);
    expect(warnings).toEqual([
      'A thread was lost (too much for me); the work goes on with 2.',
      'A thread was lost (too much for me); the work goes on with 1.',
    ]);
    await pool.dispose();
  });

  test('by a message that cannot be read: it is ended, and the others take over its photos', async () => {
    const { vectors } = await onOneThread('deterministic');
    const workers: threads.Worker[] = [];
    const pool = await withWorker(
      (Worker) =>
        class extends Worker {
          constructor(script: URL, options?: WorkerOptions) {
            super(script, options);
            workers.push(this);
          }
        },
      () => start(),
    );
    const embedding = Promise.all(photos.map((photo) => pool.embed(photo)));
    const [first, second] = workers;
    // Only the event is the test's: Node has no sure way to send what cannot be read.
    first?.emit('messageerror', new Error('not to be read'));
    expect(await embedding).toEqual(vectors);
    expect(warnings).toEqual(['A thread was lost (not to be read); the work goes on with 1.']);
    // As Node numbers those that have ended.
    await expect.poll(() => first?.threadId).toBe(-1);
    await pool.dispose();
    expect(second?.threadId).toBe(-1);
  });

  test('out of memory', async () => {
    await withWorker(
      (Worker) =>
        class extends Worker {
          constructor(script: URL, options?: WorkerOptions) {
            super(script, { ...options, resourceLimits: { maxOldGenerationSizeMb: 40 } });
          }
        },
      async () => {
        const pool = await start({ threads: 1, script: MORTAL });
        await expect(pool.embed(noise(15, 10))).rejects.toThrow(
          'tiny: the last thread was lost (Worker terminated due to reaching memory limit: JS heap out of ' +
            'memory). Take fewer threads, as --threads 1.',
        );
        await pool.dispose();
      },
    );
  });

  test('at the start, some of them: the others do the work', async () => {
    const pool = await start({ script: MORTAL }, { ...spec, name: 'half' });
    expect(await pool.embed(noise(20, 20))).toHaveLength(7);
    expect(warnings).toEqual([
      '1 of 2 threads could not start (not this one), so this takes longer.',
    ]);
    await pool.dispose();
  });

  test('at the start, all of them: an engine that does not run here', async () => {
    const starting = start({ script: new URL('./nowhere.mjs', import.meta.url) });
    await expect(starting).rejects.toBeInstanceOf(EngineError);
    await expect(starting).rejects.toThrow(
      /^tiny: threads cannot be started \(Cannot find module '.*nowhere\.mjs'.*\)\.$/,
    );
  });

  test('memory that cannot be had: one thread, and where that has none, ONNX Runtime', async () => {
    const pages = (most: number) => setFlagsFromString(`--wasm-max-mem-pages=${most}`);
    const many = { photos: 9, threads: 3, warn: (line: string) => warnings.push(line) };
    const [kernel, ...others] = nodeEmbedders(spec, 'deterministic', many);
    const scarce: EmbedderMaker = async (weights) => {
      pages(2);
      return (kernel as EmbedderMaker)(weights).finally(() => pages(65536));
    };
    const opened = openEmbedder([scarce, ...others], async () => [file]);
    const { embedder, failures } = await opened;
    expect([embedder.engine, photosAtOnce(embedder)]).toEqual(['onnxruntime-wasm', 1]);
    const words = /tiny: the kernel needs \d+ MB of memory, which this device does not give/;
    expect(warnings).toEqual([expect.stringMatching(words)]);
    expect(failures).toEqual([expect.stringMatching(words)]);
    await embedder.dispose();
  });
});
