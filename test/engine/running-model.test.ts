import { expect, test, vi } from 'vitest';
import { EngineError, SoutuError } from '../../src/core/errors.ts';
import type { Embedder } from '../../src/engine/embedder.ts';
import type { EmbedderMaker, OnFailure } from '../../src/engine/open-embedder.ts';
import { RunningModel } from '../../src/engine/running-model.ts';
import { tinyModel } from '../support/model-spec.ts';

const spec = tinyModel(1, []);
const photo = { width: 1, height: 1, data: new Uint8Array(4) };

/** Its embedding is its number. */
function engine(number: number, embed: Embedder['embed'] = async () => Float32Array.of(number)) {
  const dispose = vi.fn(async () => undefined);
  const embedder = { engine: `engine-${number}`, spec, embed: vi.fn(embed), dispose };
  return { ...embedder, make: vi.fn<EmbedderMaker>(async () => embedder) };
}
const gone = () => Promise.reject(new EngineError('The device is lost.'));
const weights = async () => [];

function modelOf(engines: readonly { make: EmbedderMaker }[]) {
  const onFailure = vi.fn<OnFailure>();
  return {
    onFailure,
    model: new RunningModel(async () => engines.map(({ make }) => make), weights, onFailure),
  };
}

test('one that fails in the middle is followed for the same photo, once for all that wait', async () => {
  const [first, second, third] = [engine(1, gone), engine(2), engine(3)];
  const { model, onFailure } = modelOf([first, second, third]);
  const answers = await Promise.all([model.embed(photo), model.embed(photo), model.embed(photo)]);
  for (const answer of answers) {
    expect(answer).toEqual({
      vector: Float32Array.of(2),
      engine: 'engine-2',
      failures: ['The device is lost.'],
    });
  }
  expect(onFailure.mock.calls).toEqual([[first.make, expect.any(EngineError)]]);
  expect([first, second, third].map(({ make }) => make.mock.calls.length)).toEqual([1, 1, 0]);
  expect(first.dispose).toHaveBeenCalledTimes(1);
  expect((await model.embed(photo)).engine).toBe('engine-2');
});

test('where the last one fails its error is told', async () => {
  const { model, onFailure } = modelOf([engine(1, gone), engine(2, gone)]);
  await expect(model.embed(photo)).rejects.toThrow('The device is lost.');
  expect(onFailure).toHaveBeenCalledTimes(2);
});

test('what is not the engine’s fault is told at once, and nobody follows', async () => {
  const broken = engine(1, () => Promise.reject(new SoutuError('PhotoError', 'Too few pixels.')));
  const next = engine(2);
  const { model, onFailure } = modelOf([broken, next]);
  await expect(model.embed(photo)).rejects.toThrow('Too few pixels.');
  expect([onFailure.mock.calls.length, next.make.mock.calls.length]).toEqual([0, 0]);
});

test('followers that cannot be loaded now are tried again by the next photo', async () => {
  const next = engine(2);
  next.make.mockRejectedValueOnce(new SoutuError('NetworkError', 'Offline.'));
  const { model } = modelOf([engine(1, gone), next]);
  await expect(model.embed(photo)).rejects.toThrow('Offline.');
  expect(await model.embed(photo)).toMatchObject({
    engine: 'engine-2',
    failures: ['The device is lost.'],
  });
});

test('a quicker one takes the place of the one before, and is followed by it', async () => {
  const [slow, quick] = [engine(1), engine(2)];
  const { model } = modelOf([slow]);
  expect((await model.embed(photo)).engine).toBe('engine-1');
  const failures: string[] = [];
  await model.replace({ embedder: quick, maker: quick.make, others: [slow.make], failures });
  expect(slow.dispose).toHaveBeenCalledTimes(1);
  expect((await model.embed(photo)).engine).toBe('engine-2');
  quick.embed.mockImplementation(gone);
  expect((await model.embed(photo)).engine).toBe('engine-1');
  await model.dispose();
});
