/** What a page has with HNSW. */
export { readGraphShards } from '../../../src/core/bundle/graph.ts';
export { HnswRetriever } from '../../../src/engine/hnsw/hnsw-retriever.ts';
export * from './flat-reader.ts';
