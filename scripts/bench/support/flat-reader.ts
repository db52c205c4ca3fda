/** What a page has without HNSW. */
export { readVectorShards } from '../../../src/core/bundle/vectors.ts';
export { FlatRetriever } from '../../../src/engine/flat-retriever.ts';
