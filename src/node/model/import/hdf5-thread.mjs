/**
 * Runs in a thread: reads datasets of an HDF5 file with h5wasm. Plain JavaScript, because Node 20 cannot start a
 * thread from TypeScript, and a loader would take longer than the reading. Types: hdf5.ts.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { readDatasets } from './hdf5-datasets.mjs';

const hdf5 = await import('h5wasm/node').catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  parentPort.postMessage({ state: 'missing' });
  return null;
});
if (hdf5) {
  const { activate_throwing_error_handler } = await hdf5.ready;
  // Otherwise HDF5 prints errors to stderr and continues.
  activate_throwing_error_handler();
  parentPort.postMessage({ state: 'ready' });
  parentPort.postMessage(readDatasets(hdf5, workerData));
}
