/**
 * Reads datasets of an HDF5 file with h5wasm, in a separate thread: damaged files make h5wasm abort, print to
 * stderr or loop for ever, and none of that may affect this process.
 */
import { stat } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { SoutuError } from '../../../core/errors.ts';
import { missingPackage } from '../../files/optional-package.ts';

/** `names` are tried in order, within the root or `model_weights`. */
export interface DatasetQuery {
  readonly group: string;
  readonly names: readonly string[];
  readonly shape: readonly number[];
}

export type DatasetAnswer =
  | { readonly state: 'no group' }
  | { readonly state: 'no dataset' }
  | {
      readonly state: 'found';
      readonly path: string;
      readonly shape: readonly number[];
      readonly dtype: string;
      /** Null if the shape is not the expected one, or the numbers are not f32. */
      readonly floats: Float32Array | null;
    };

export interface Hdf5Answer {
  /** Names of the groups in the root. */
  readonly groups: readonly string[];
  /** One for each query. */
  readonly datasets: readonly DatasetAnswer[];
}

type Message =
  | { readonly state: 'missing' }
  /** h5wasm is loaded, and reading begins. */
  | { readonly state: 'ready' }
  | ({ readonly state: 'done' } & Hdf5Answer)
  | { readonly state: 'failed'; readonly reason: string };

/** Next to this file, both in the source and in the package. */
const THREAD = new URL(
  import.meta.url.endsWith('.ts') ? './hdf5-thread.mjs' : './hdf5-thread.js',
  import.meta.url,
);

/** Limit of CPU time, which neither a busy machine nor a slow disk affects. */
const LIMIT_MS = 700;
const LIMIT_MS_PER_MB = 100;
const POLL_MS = 50;

/**
 * @param script tests pass their own
 * @throws SoutuError `ModelError` for a damaged file; `UsageError` if h5wasm is not installed
 */
export async function readHdf5(
  path: string,
  queries: readonly DatasetQuery[],
  script: URL = THREAD,
): Promise<Hdf5Answer> {
  const { size } = await stat(path);
  const options = { workerData: { path, queries }, execArgv: [], stdout: true, stderr: true };
  const worker = new Worker(script, options);
  let watch: ReturnType<typeof setInterval> | undefined;
  try {
    return await new Promise<Hdf5Answer>((resolve, reject) => {
      const damaged = (reason: string) => {
        const first = reason.trim().split('\n')[0]?.slice(0, 200).replace(/\.$/, '');
        reject(new SoutuError('ModelError', `${path}: not an HDF5 file, or damaged (${first}).`));
      };
      worker.on('message', (message: Message) => {
        if (message.state === 'missing') reject(missingPackage('h5wasm', 'Reading HDF5 files'));
        else if (message.state === 'ready') {
          watch = watchCpu(LIMIT_MS + (LIMIT_MS_PER_MB * size) / 1e6, damaged);
        } else if (message.state === 'done') resolve(message);
        else damaged(message.reason);
      });
      worker.on('error', ({ message }) => damaged(message));
      worker.on('messageerror', ({ message }) => damaged(message));
      worker.on('exit', () => damaged('its reader ended early'));
    });
  } finally {
    clearInterval(watch);
    await worker.terminate();
  }
}

/** @param onLimit called when the process has used more than `limitMs` of CPU time */
function watchCpu(limitMs: number, onLimit: (reason: string) => void) {
  const start = process.cpuUsage();
  return setInterval(() => {
    const { user, system } = process.cpuUsage(start);
    if (user + system > limitMs * 1000) onLimit('its reader did not finish');
  }, POLL_MS);
}
