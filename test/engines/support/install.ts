/** Before the tests, so that no test waits for a download: each engine is installed once, in the folder of the cache. */
import { debianRoot } from '../../../scripts/engines/debian-root.ts';
import { installElasticsearch } from '../../../scripts/engines/elasticsearch.ts';
import { installMilvus } from '../../../scripts/engines/milvus.ts';
import { installOpenSearch } from '../../../scripts/engines/opensearch.ts';
import { installQdrant } from '../../../scripts/engines/qdrant.ts';

export async function setup(): Promise<void> {
  await debianRoot();
  await installOpenSearch();
  await installElasticsearch();
  await installQdrant();
  await installMilvus();
}
