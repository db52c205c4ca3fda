/** The decision, with engines whose time is told by a clock of the test; on a GPU: engine-tuner.long.browser.test.ts. */
import { describe, expect, test, vi } from 'vitest';
import { createMemoryStore } from '../../../src/cache/memory-store.ts';
import { EngineError, EngineUnreachableError, SoutuError } from '../../../src/core/errors.ts';
import type { Embedder } from '../../../src/engine/embedder.ts';
import type { EmbedderMaker } from '../../../src/engine/open-embedder.ts';
import { RunningModel } from '../../../src/engine/running-model.ts';
import type { Gpu } from '../../../src/worker/engines/gpu.ts';
import { Pauses } from '../../../src/worker/pauses.ts';
import { ofOther } from '../../../src/worker/tuner/compare-speed.ts';
import { type Trial, tryWebGpu } from '../../../src/worker/tuner/trial.ts';
import { TrialResults } from '../../../src/worker/tuner/trial-results.ts';
import { tinyModel } from '../../support/model-spec.ts';

const spec = tinyModel(2, [{ file: 'w', bytes: 1, sha256: 'ab'.repeat(32) }]);
const photo = { width: 1, height: 1, data: new Uint8Array(4) };
const vector = Float32Array.of(0.6, 0.8);
const gpu: Gpu = { name: 'nvidia/ampere', isFallback: false, adapter: () => Promise.reject() };

type Times = readonly [first: number, ...rest: number[]];

/** @param times milliseconds that its runs take, the last one for all after it */
async function trialOf(webgpuTimes: Times, otherTimes: Times, changes: Partial<Trial> = {}) {
  let clock = 0;
  /** Engines that have their weights, and begin to open. */
  const begun: string[] = [];
  const engine = (name: string, times: Times) => {
    let run = 0;
    const embedder = {
      engine: name,
      spec,
      embed: vi.fn<Embedder['embed']>(async (_, signal) => {
        clock += times[Math.min(run++, times.length - 1)] as number;
        signal?.throwIfAborted();
        return vector;
      }),
      dispose: vi.fn(async () => undefined),
    };
    const make = vi.fn<EmbedderMaker>(async (weights) => {
      await weights();
      begun.push(name);
      return embedder;
    });
    return { ...embedder, make };
  };
  const other = engine('kernel', otherTimes);
  const webgpu = engine('webgpu', webgpuTimes);
  const results = new TrialResults(createMemoryStore(), spec, '1');
  const model = new RunningModel(
    async () => [other.make],
    async () => [],
  );
  await model.open();
  const trial: Trial = {
    model,
    others: [other.make],
    results,
    pauses: new Pauses(0),
    hasRoom: async () => true,
    findGpu: vi.fn(async () => gpu),
    hasWeights: async () => true,
    weights: async () => [],
    load: vi.fn(async () => undefined),
    webgpu: () => webgpu.make,
    now: () => clock,
    ...changes,
  };
  const answers = async () => (await model.embed(photo)).engine;
  return { trial, other, webgpu, results, begun, answers };
}

describe('whoever is quicker stays', () => {
  test('WebGPU: the other one is disposed of, and follows where it fails', async () => {
    const { trial, other, webgpu, results, answers } = await trialOf([9000, 20], [200]);
    await tryWebGpu(trial);
    expect(await answers()).toBe('webgpu');
    expect([other.dispose, webgpu.dispose].map((it) => it.mock.calls.length)).toEqual([1, 0]);
    expect([await results.winner(), await results.isOpen(gpu.name)]).toEqual([gpu.name, false]);
    webgpu.embed.mockRejectedValue(new EngineError('The device is lost.'));
    expect(await answers()).toBe('kernel');
  });

  test('the other one: WebGPU is disposed of, and not tried again', async () => {
    const { trial, other, webgpu, results, answers } = await trialOf([210], [200]);
    await tryWebGpu(trial);
    expect(await answers()).toBe('kernel');
    expect([other.dispose, webgpu.dispose].map((it) => it.mock.calls.length)).toEqual([0, 1]);
    expect(await results.winner()).toBeNull();
    await tryWebGpu(trial);
    expect(webgpu.make).toHaveBeenCalledTimes(1);
    expect(trial.load).toHaveBeenCalledTimes(1);
  });

  test('by the median of five after the first, which compiles: two slow ones do not count', async () => {
    const slow: Times = [9000, 900, 20, 20, 900, 20];
    const { trial, answers } = await trialOf(slow, [200]);
    await tryWebGpu(trial);
    expect(await answers()).toBe('webgpu');
    const slower = await trialOf([9000, 900, 20, 900, 900, 20], [200]);
    await tryWebGpu(slower.trial);
    expect(await slower.answers()).toBe('kernel');
  });

  test('equally quick, the one that runs stays', async () => {
    const { trial, answers } = await trialOf([200], [200]);
    await tryWebGpu(trial);
    expect(await answers()).toBe('kernel');
  });
});

describe('nothing is loaded', () => {
  test.each<[string, Partial<Trial>]>([
    ['where there is no room', { hasRoom: async () => false }],
    ['without a GPU', { findGpu: () => Promise.reject(new EngineError('No GPU.')) }],
    ['for software that looks like one', { findGpu: async () => ({ ...gpu, isFallback: true }) }],
    ['where the device did not keep the weights', { hasWeights: async () => false }],
  ])('%s', async (_, changes) => {
    const { trial, results, answers } = await trialOf([20], [200], changes);
    await tryWebGpu(trial);
    expect(trial.load).not.toHaveBeenCalled();
    expect([await answers(), await results.isOpen(gpu.name)]).toEqual(['kernel', true]);
  });

  test('without room for it, not even a GPU is looked for', async () => {
    const { trial } = await trialOf([20], [200], { hasRoom: async () => false });
    await tryWebGpu(trial);
    expect(trial.findGpu).not.toHaveBeenCalled();
  });
});

describe('a winner whose binary the device has let go of', () => {
  const lost = async (changes: Partial<Trial> = {}) => {
    const given = await trialOf([20], [200], changes);
    await given.results.note(gpu.name, { outcome: 'webgpu', millis: { webgpu: 20, other: 200 } });
    await tryWebGpu(given.trial);
    return given;
  };

  test('is there again for the next visit, and is not measured anew', async () => {
    const { trial, webgpu, results, answers } = await lost();
    expect([trial.load, webgpu.make].map((it) => vi.mocked(it).mock.calls.length)).toEqual([1, 0]);
    expect([await answers(), await results.winner()]).toEqual(['kernel', gpu.name]);
  });

  test.each<[string, Partial<Trial>]>([
    ['there is no room for it', { hasRoom: async () => false }],
    ['the GPU is another one', { findGpu: async () => ({ ...gpu, isFallback: true }) }],
    ['the weights have gone, too', { hasWeights: async () => false }],
  ])('stays away where %s', async (_, changes) => {
    const { trial } = await lost(changes);
    expect(trial.load).not.toHaveBeenCalled();
  });
});

describe('what goes wrong', () => {
  test.each<[string, Partial<Trial>, boolean]>([
    [
      'no connection: another visit tries again',
      { load: () => Promise.reject(new SoutuError('NetworkError', 'Offline.')) },
      true,
    ],
    [
      'no room after all: another visit tries again',
      { load: () => Promise.reject(new SoutuError('StorageError', 'Full.')) },
      true,
    ],
    [
      'a script that is not there: another visit tries again',
      { webgpu: () => () => Promise.reject(new EngineUnreachableError('404')) },
      true,
    ],
    [
      'no device, or a wrong canary: noted',
      { webgpu: () => () => Promise.reject(new EngineError('No device.')) },
      false,
    ],
    [
      'what nobody has thought of: noted',
      { webgpu: () => () => Promise.reject(new TypeError('x is undefined')) },
      false,
    ],
  ])('%s', async (_, changes, isOpen) => {
    const { trial, results, answers } = await trialOf([20], [200], changes);
    await tryWebGpu(trial);
    expect(await answers()).toBe('kernel');
    expect(await results.isOpen(gpu.name)).toBe(isOpen);
  });

  test.each<[string, Error]>([
    ['another engine would go on', new EngineError('The thread has died.')],
    ['nobody has thought of', new TypeError('x is undefined')],
  ])('the engine that runs fails in a round, as %s: not blamed on the GPU', async (_, error) => {
    const { trial, other, webgpu, results } = await trialOf([20], [200]);
    other.embed.mockRejectedValue(error);
    await tryWebGpu(trial);
    expect([webgpu.dispose.mock.calls.length, await results.isOpen(gpu.name)]).toEqual([1, true]);
  });

  test('the engine that runs cannot be opened again: not blamed on the GPU', async () => {
    const { trial, webgpu, results } = await trialOf([20], [200]);
    vi.spyOn(trial.model, 'open').mockRejectedValue(new EngineError('No results.'));
    await tryWebGpu(trial);
    expect([webgpu.dispose.mock.calls.length, await results.isOpen(gpu.name)]).toEqual([1, true]);
  });

  test('its words say who failed, and why', async () => {
    await expect(ofOther(Promise.reject(new EngineError('The thread has died.')))).rejects.toThrow(
      new SoutuError(
        'WorkerError',
        'The engine that WebGPU was compared with failed (The thread has died.). Another visit tries again.',
      ),
    );
  });

  test('one that sees another picture than the kernel is no engine', async () => {
    const { trial, webgpu, results, answers } = await trialOf([20], [200]);
    webgpu.embed.mockResolvedValue(Float32Array.of(1, 0));
    await tryWebGpu(trial);
    expect([await answers(), await results.isOpen(gpu.name)]).toEqual(['kernel', false]);
    expect(webgpu.dispose).toHaveBeenCalledTimes(1);
  });
});

describe('a search comes first', () => {
  test('nothing begins before the pause', async () => {
    const pauses = new Pauses(0);
    const end = pauses.begin();
    const { trial, answers } = await trialOf([20], [200], { pauses: pauses });
    const trying = tryWebGpu(trial);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(trial.findGpu).not.toHaveBeenCalled();
    end();
    await trying;
    expect(await answers()).toBe('webgpu');
  });

  test('one that begins while the weights are read does not wait for WebGPU to open', async () => {
    const pauses = new Pauses(0);
    let giveWeights: (files: Uint8Array[]) => void = () => {};
    const weights = vi.fn(
      () =>
        new Promise<Uint8Array[]>((resolve) => {
          giveWeights = resolve;
        }),
    );
    const changes = { pauses: pauses, weights };
    const { trial, begun, answers } = await trialOf([20], [200], changes);
    const trying = tryWebGpu(trial);
    await vi.waitFor(() => expect(weights).toHaveBeenCalled());
    const end = pauses.begin();
    giveWeights([]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect([begun, await answers()]).toEqual([['kernel'], 'kernel']);
    end();
    await trying;
    expect([begun, await answers()]).toEqual([['kernel', 'webgpu'], 'webgpu']);
  });

  test('closed in a pause, it stops, gives WebGPU back, and says nothing', async () => {
    // Before it begins, before its weights, before it opens, in its rounds; and when it is known who is quicker.
    for (const after of [0, 1, 2, 3, 5, 9]) {
      let left = after;
      const pause = async () => {
        if (left-- === 0) throw new SoutuError('WorkerError', 'The bundle was closed.');
        return new AbortController().signal;
      };
      const changes = { pauses: { pause } };
      const { trial, webgpu, results, begun, answers } = await trialOf([20], [200], changes);
      await tryWebGpu(trial);
      expect(await answers()).toBe('kernel');
      const isOpened = after > 2;
      expect(begun).toEqual(isOpened ? ['kernel', 'webgpu'] : ['kernel']);
      expect(webgpu.dispose).toHaveBeenCalledTimes(isOpened ? 1 : 0);
      expect(await results.winner()).toBe(after === 9 ? gpu.name : null);
    }
  });

  test('a round that it interrupts is repeated in the next pause', async () => {
    const pauses = new Pauses(0);
    const { trial, other, webgpu, answers } = await trialOf([20], [200], { pauses: pauses });
    const runs: string[] = [];
    const { embed } = other;
    const plain = embed.getMockImplementation() as Embedder['embed'];
    let end = () => {};
    embed.mockImplementation(async (picture, signal) => {
      runs.push(signal?.aborted ? 'aborted' : 'run');
      if (runs.length === 3) {
        end = pauses.begin();
        // The search itself, in the middle of the contest.
        setTimeout(() => {
          runs.push('search ends');
          end();
        }, 5);
      }
      return plain(picture, signal);
    });
    await tryWebGpu(trial);
    // Six whole rounds, and the one that was broken off.
    expect(runs).toEqual(['run', 'run', 'run', 'search ends', 'run', 'run', 'run', 'run']);
    expect(webgpu.embed).toHaveBeenCalledTimes(7);
    expect(await answers()).toBe('webgpu');
  });
});
