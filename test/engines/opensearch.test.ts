import { startOpenSearch } from '../../scripts/engines/opensearch.ts';
import { storeContract } from '../node/stores/store.contract.ts';
import { elasticHarness } from './support/elastic.ts';

storeContract('OpenSearch', () => elasticHarness('opensearch', startOpenSearch), { isExact: true });
