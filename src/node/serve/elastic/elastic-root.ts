/** What Elasticsearch's clients look at before they believe that a server is one. */

/** In every answer; clients from 7.14 on refuse one without it. */
export const ELASTIC_PRODUCT = { 'X-elastic-product': 'Elasticsearch' } as const;

/** The version is that of the API, whose request and answer are the same since 7: clients of 7.14 to 8 accept it. */
export const ELASTIC_ROOT = {
  name: 'soutu',
  cluster_name: 'soutu',
  version: {
    number: '8.0.0',
    build_flavor: 'default',
    minimum_wire_compatibility_version: '7.17.0',
    minimum_index_compatibility_version: '7.0.0',
  },
  tagline: 'You Know, for Search',
};
