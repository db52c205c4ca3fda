import { SearchEngine } from '../../engine/search-engine.ts';
import type { Precision } from '../../kernel/binary.ts';
import { nodeEmbedders } from '../model/embedder/embedder-node.ts';
import { openFolderSource } from './folder-source.ts';

/** Opens the browser's search engine on a bundle in a folder. */
export async function openEngine(
  folder: string,
  precision: Precision = 'fast',
): Promise<SearchEngine> {
  return SearchEngine.open(await openFolderSource(folder), {
    embeddersFor: (spec) => nodeEmbedders(spec, precision),
  });
}
