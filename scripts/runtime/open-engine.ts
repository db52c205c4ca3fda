import { SearchEngine } from '../../src/engine/search-engine.ts';
import { openFolderSource } from './folder-source.ts';
import { createNodeHnswIndex } from './hnsw-node.ts';
import { createNodeEmbedder } from './onnx-node.ts';

/** The engine of the browser, on a bundle in a folder. */
export async function openEngine(folder: string): Promise<SearchEngine> {
  return SearchEngine.open(await openFolderSource(folder), {
    createEmbedder: createNodeEmbedder,
    createHnswIndex: createNodeHnswIndex,
  });
}
