/** Entry point of a page's script with HNSW, to measure its size. */
export { readGraphShards } from '../../../src/core/bundle/graph.ts';
export { HnswRetriever } from '../../../src/engine/hnsw/hnsw-retriever.ts';
export * from './flat-reader.ts';
