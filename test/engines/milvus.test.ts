/** Milvus Lite behind a REST API of our own: scripts/engines/milvus.ts. */
import { startMilvusLite } from '../../scripts/engines/milvus.ts';
import { openStore } from '../../src/node/stores/open-store.ts';
import { type StoreHarness, storeContract } from '../node/stores/store.contract.ts';
import { guardProxy } from './support/guard-proxy.ts';

async function start(): Promise<StoreHarness> {
  const server = await startMilvusLite();
  const proxy = await guardProxy(server.url, null);
  const open = (user: string, password: string, name: string) =>
    openStore(
      `milvus+${proxy.url.replace('//', `//${user}@`)}`,
      // Small releases have no graph; of the whole catalogue, the graph is what is tested.
      { name, ...{ exactUpTo: 1000 } },
      { SOUTU_STORE_PASSWORD: password },
    );
  return {
    open: (name) => open('owner', server.password, name),
    refused: {
      open: () => open('owner', 'secret-but-wrong', 'contract'),
      words: /hasn't authenticated.*SOUTU_STORE_PASSWORD/,
    },
    readOnly: {
      open: (name) => open('reader', server.password, name),
      words: /permission deny.*CollectionAdmin/,
    },
    breakConnections: proxy.breakConnections,
    locks: true,
    async stop() {
      await proxy.stop();
      await server.stop();
    },
  };
}

storeContract('Milvus Lite', start, { isExact: true, copies: false });
