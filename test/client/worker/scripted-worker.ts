/** A worker that answers, waits, hangs or dies, as the query's id says. */
import { expose, transferHandlers } from 'comlink';
import { transferErrors } from '../../../src/browser/error-transfer.ts';
import type { Report, WorkerApi, WorkerSettings } from '../../../src/browser/worker-api.ts';
import { EngineError, MissingFileError, SoutuError } from '../../../src/core/errors.ts';

const stops = new Map<number, () => void>();
let report: Report = () => undefined;
let running = 0;

const until = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const deeds: Record<string, (call: number) => Promise<unknown>> = {
  answer: async () => 'answer',
  /** Waits until it is aborted. */
  wait: (call) =>
    new Promise((_, reject) => {
      stops.set(call, () => reject(new DOMException('stopped', 'AbortError')));
    }),
  /** Waits, and does not listen. */
  stubborn: () => new Promise(() => undefined),
  /** As a long computation: no message is read meanwhile. */
  hang: async () => {
    const end = Date.now() + 20_000;
    while (Date.now() < end);
  },
  crash: () => {
    setTimeout(() => {
      throw new Error('out of memory');
    });
    return new Promise(() => undefined);
  },
  /** As when the system takes the memory: nobody is told. */
  vanish: () => {
    self.close();
    return new Promise(() => undefined);
  },
  refuse: () => Promise.reject(new SoutuError('PhotoError', 'No.')),
  break: () => Promise.reject(new EngineError('No engine.')),
  /** A release that is gone from the server. */
  gone: () => Promise.reject(new MissingFileError('404')),
  /** Tells how many calls run beside it. */
  alone: async () => {
    running++;
    await until(20);
    const beside = running - 1;
    running--;
    return beside;
  },
  tell: async (call) => {
    report(call, { step: 'embed' });
    report(null, { step: 'engine' });
    await until(10);
  },
};

const api = {
  live: async (lock: string) =>
    new Promise<boolean>((held) => {
      if (new URL(self.location.href).searchParams.has('no-locks')) return held(false);
      void navigator.locks.request(lock, () => {
        held(true);
        return new Promise<never>(() => undefined);
      });
    }),
  ping: async () => undefined,
  open: async (bundle: string, release: string, settings: WorkerSettings, tell: Report) => {
    report = tell;
    if (bundle === 'broken') throw new SoutuError('NetworkError', 'Not here.');
    if (bundle === 'slow') await until(300);
    return { info: { bundle, release, settings }, release: { format: 'the release of the visit' } };
  },
  search: async (call: number, query: { id: string }) => deeds[query.id]?.(call),
  abort: async (call: number) => stops.get(call)?.(),
} satisfies Partial<Record<keyof WorkerApi, unknown>>;

transferErrors(transferHandlers);
expose(api);
