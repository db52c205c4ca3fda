/** What a page has without HNSW. */
export { readVectors } from '../../../src/core/bundle/vectors.ts';
export { FlatRetriever } from '../../../src/engine/flat-retriever.ts';
