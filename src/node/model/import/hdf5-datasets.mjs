/** Reads datasets with h5wasm. Damaged files make it abort or loop for ever: call it in a thread only. */

/** @returns a message for hdf5.ts */
export function readDatasets({ File, Dataset }, { path, queries }) {
  let file = null;
  try {
    file = new File(path, 'r');
    const below = file.get('model_weights');
    const root = below && 'keys' in below ? below : file;
    const datasets = queries.map(({ group, names, shape }) => {
      if (!root.get(group)) return { state: 'no group' };
      const found = names.map((name) => root.get(name)).find((entity) => entity instanceof Dataset);
      if (!found) return { state: 'no dataset' };
      const { path: where, shape: got, dtype } = found;
      // A damaged file may claim any size; only the expected one is read.
      const isExpected = got?.join() === shape.join();
      const value = isExpected ? found.value : null;
      const floats = value instanceof Float32Array ? value : null;
      return { state: 'found', path: where, shape: got ?? [], dtype: String(dtype), floats };
    });
    return { state: 'done', groups: root.keys(), datasets };
  } catch (error) {
    return { state: 'failed', reason: error instanceof Error ? error.message : String(error) };
  } finally {
    try {
      file?.close();
    } catch {
      // A damaged file may not even close.
    }
  }
}
