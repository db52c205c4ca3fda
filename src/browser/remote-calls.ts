/**
 * Calls from a page to its worker. Messages:
 *
 *     page ─▶ worker   { call, method, args }
 *     worker ─▶ page   { call, value } or { call, thrown }, in any order
 *     worker ─▶ page   { report: […] }, at any time
 *
 * Nothing here notices a worker that has died; `RunningWorker` does.
 */
import { type Packed, pack, unpack } from './error-transfer.ts';
import type { Report, WorkerApi } from './worker-api.ts';

/** A `Worker`, the global scope of a worker, or a `MessagePort`, without the DOM types. */
export interface Port {
  postMessage(message: unknown, transferred: never[]): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

interface Call {
  readonly call: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

type Answer =
  | { readonly call: number; readonly value: unknown }
  | { readonly call: number; readonly thrown: Packed };

const transferred = new WeakMap<object, readonly object[]>();

/** Marks an argument: its `objects` are moved to the worker instead of copied. */
export function transfer<T extends object>(argument: T, objects: readonly object[]): T {
  transferred.set(argument, objects);
  return argument;
}

/** The page's side. Each method of the result calls the worker, and rejects with what the worker throws. */
export function connect(port: Port, onReport: Report): WorkerApi {
  const pending = new Map<number, PromiseWithResolvers>();
  let calls = 0;
  port.addEventListener('message', ({ data }) => {
    if (isRecord(data) && 'report' in data) {
      onReport(...(data.report as Parameters<Report>));
      return;
    }
    if (!isRecord(data) || typeof data.call !== 'number') return;
    const answer = data as Answer;
    const waiting = pending.get(answer.call);
    pending.delete(answer.call);
    if ('thrown' in answer) waiting?.reject(unpack(answer.thrown));
    else waiting?.resolve(answer.value);
  });
  const ask = (method: string, args: readonly object[]) =>
    new Promise<unknown>((resolve, reject) => {
      const call = ++calls;
      const message: Call = { call, method, args };
      const moved = args.flatMap((one) => (isRecord(one) ? (transferred.get(one) ?? []) : []));
      port.postMessage(message, moved as never[]);
      pending.set(call, { resolve, reject });
    });
  return new Proxy({} as WorkerApi, {
    get:
      (_, method) =>
      (...args: readonly object[]) =>
        ask(String(method), args),
  });
}

/**
 * The worker's side.
 * @returns sends a report to the page
 */
export function serve(port: Port, api: Partial<WorkerApi>): Report {
  const methods = new Map<string, unknown>(Object.entries(api));
  const post = (answer: Answer) => port.postMessage(answer, []);
  port.addEventListener('message', async ({ data }) => {
    if (!isRecord(data) || typeof data.call !== 'number') return;
    const { call, method, args } = data as unknown as Call;
    try {
      const work = methods.get(method);
      if (typeof work !== 'function') throw new TypeError(`The worker has no method "${method}".`);
      post({ call, value: await work(...args) });
    } catch (error) {
      // Also a value that cannot be sent.
      post({ call, thrown: pack(error) });
    }
  });
  return (...report) => port.postMessage({ report }, []);
}

interface PromiseWithResolvers {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
