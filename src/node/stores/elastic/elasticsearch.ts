/** Elasticsearch from 8.4 on. */
import { DEFAULT_EF_CONSTRUCTION, DEFAULT_M } from '../settings.ts';
import { type Dialect, filterQuery, halfOfOnePlus } from './dialect.ts';

/** The most candidates that Elasticsearch accepts. */
const MOST_CANDIDATES = 10_000;

export const ELASTICSEARCH: Dialect = {
  kind: 'elasticsearch',
  title: 'Elasticsearch',
  indexSettings: {},
  vectorField: (dimension, { m = DEFAULT_M, efConstruction = DEFAULT_EF_CONSTRUCTION }) => ({
    type: 'dense_vector',
    dims: dimension,
    index: true,
    similarity: 'cosine',
    // Named, because the default depends on version and dimension: int8_hnsw, and bbq_hnsw from 9.1 on.
    index_options: { type: 'hnsw', m, ef_construction: efConstruction },
  }),
  approximate: (vector, k, ef, filter) => ({
    body: {
      size: k,
      knn: {
        field: 'vector',
        query_vector: vector,
        k,
        num_candidates: Math.min(MOST_CANDIDATES, Math.max(k, ef)),
        ...(filter.length > 0 ? { filter: filterQuery(filter) } : {}),
      },
    },
    toCosine: halfOfOnePlus,
  }),
  exact(vector, k, filter, count) {
    // With as many candidates as rows, Lucene compares every row, and needs no script.
    if (count <= MOST_CANDIDATES) return this.approximate(vector, k, MOST_CANDIDATES, filter);
    return {
      body: {
        size: k,
        query: {
          script_score: {
            query: filterQuery(filter),
            script: {
              source: "cosineSimilarity(params.unit, 'vector') + 1.0",
              params: { unit: vector },
            },
          },
        },
      },
      toCosine: (score) => Math.max(-1, Math.min(1, score - 1)),
    };
  },
};
