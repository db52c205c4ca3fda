/**
 * HDF5 in two ways: h5wasm in this thread, because a thread for each of 10,000 files would take an hour; and in the
 * product's own thread every file that h5wasm does not get through in a second, and one in a hundred of the others.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { Script } from 'node:vm';
import { SoutuError } from '../../src/core/errors.ts';
import { layersOf } from '../../src/core/model/layers.ts';
import type { VggSpec } from '../../src/core/model/spec.ts';
import type { DatasetQuery } from '../../src/node/model/import/hdf5.ts';
import { readKeras } from '../../src/node/model/import/keras.ts';
import type { Reader } from './reader.ts';

type Hdf5 = typeof import('h5wasm/node');
type ReadDatasets = (
  library: Hdf5,
  request: { path: string; queries: readonly DatasetQuery[] },
) => { state: string; reason?: string };

const THREAD_EVERY = 100;
const LIMIT_MS = 1000;

export async function openHdf5Reader(path: string, spec: VggSpec): Promise<Reader> {
  const module = new URL('../../src/node/model/import/hdf5-datasets.mjs', import.meta.url).href;
  const { readDatasets } = (await import(module)) as { readDatasets: ReadDatasets };
  let hdf5 = await freshHdf5();
  const queries = writeSeed(hdf5, path, spec);
  let count = 0;
  const inTime = new Script('fuzzOnce()');
  const inThisThread = (): ReturnType<ReadDatasets> | null => {
    Object.assign(globalThis, { fuzzOnce: () => readDatasets(hdf5, { path, queries }) });
    try {
      // Ends WebAssembly that loops for ever, too.
      return inTime.runInThisContext({ timeout: LIMIT_MS });
    } catch {
      return null;
    }
  };
  return {
    name: 'HDF5 (Keras)',
    format: 'bytes',
    seed: await readFile(path),
    read: async (bytes) => {
      await writeFile(path, bytes);
      const answer = inThisThread();
      // Once aborted, an instance fails whatever it reads.
      if (!answer || /abort|RuntimeError|memory|unreachable/i.test(answer.reason ?? '')) {
        hdf5 = await freshHdf5();
      }
      if (!answer || count++ % THREAD_EVERY === 0) return readKeras(path, spec);
      if (answer.state === 'failed') throw new SoutuError('ModelError', answer.reason ?? '');
      return answer;
    },
  };
}

let instances = 0;

/** An instance of its own: modules are cached by URL. It prints nothing: aborting is part of the trial. */
async function freshHdf5(): Promise<Hdf5> {
  const print = console.error;
  console.error = () => undefined;
  try {
    const hdf5 = (await import(`${import.meta.resolve('h5wasm/node')}?${instances++}`)) as Hdf5;
    const { activate_throwing_error_handler } = await hdf5.ready;
    activate_throwing_error_handler();
    return hdf5;
  } finally {
    console.error = print;
  }
}

function writeSeed(hdf5: Hdf5, path: string, spec: VggSpec): DatasetQuery[] {
  const file = new hdf5.File(path, 'w');
  const queries: DatasetQuery[] = [];
  for (const layer of layersOf(spec)) {
    if (layer.kind !== 'conv') continue;
    const group = file.create_group(layer.name);
    const write = (end: string, shape: number[]) => {
      const name = `${layer.name}_${end}_1:0`;
      const data = new Float32Array(shape.reduce((product, n) => product * n, 1)).fill(0.5);
      group.create_dataset({ name, data, shape, dtype: '<f' });
      queries.push({ group: layer.name, names: [`${layer.name}/${name}`], shape });
    };
    write('W', [3, 3, layer.in, layer.out]);
    write('b', [layer.out]);
  }
  file.close();
  return queries;
}
