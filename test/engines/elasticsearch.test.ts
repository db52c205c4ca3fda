import { startElasticsearch } from '../../scripts/engines/elasticsearch.ts';
import { storeContract } from '../node/stores/store.contract.ts';
import { elasticHarness } from './support/elastic.ts';

storeContract('Elasticsearch', () => elasticHarness('elasticsearch', startElasticsearch), {
  isExact: true,
});
