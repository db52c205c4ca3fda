/**
 * OpenSearch from 2.13 on, with its k-NN plugin. Engine `lucene`: vectors are part of Lucene's segments, so they are
 * replicated and cloned with them, and filters are applied while the graph is walked.
 */
import { DEFAULT_EF_CONSTRUCTION, DEFAULT_M } from '../settings.ts';
import { type Dialect, filterQuery, halfOfOnePlus } from './dialect.ts';

export const OPENSEARCH: Dialect = {
  kind: 'opensearch',
  title: 'OpenSearch',
  indexSettings: { knn: true },
  vectorField: (dimension, { m = DEFAULT_M, efConstruction = DEFAULT_EF_CONSTRUCTION }) => ({
    type: 'knn_vector',
    dimension,
    method: {
      name: 'hnsw',
      engine: 'lucene',
      space_type: 'cosinesimil',
      parameters: { m, ef_construction: efConstruction },
    },
  }),
  // With Lucene, the beam is as wide as k; `size` cuts the answer.
  approximate: (vector, k, ef, filter) => ({
    body: {
      size: k,
      query: {
        knn: {
          vector: {
            vector,
            k: Math.min(10_000, Math.max(k, ef)),
            ...(filter.length > 0 ? { filter: filterQuery(filter) } : {}),
          },
        },
      },
    },
    toCosine: halfOfOnePlus,
  }),
  exact: (vector, k, filter) => ({
    body: {
      size: k,
      query: {
        script_score: {
          query: filterQuery(filter),
          script: {
            lang: 'knn',
            source: 'knn_score',
            params: { field: 'vector', query_value: vector, space_type: 'cosinesimil' },
          },
        },
      },
    },
    toCosine: halfOfOnePlus,
  }),
};
