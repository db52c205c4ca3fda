/** Entry point of a page's script without HNSW, to measure its size. */
export { readVectors } from '../../../src/core/bundle/vectors.ts';
export { FlatRetriever } from '../../../src/engine/flat-retriever.ts';
