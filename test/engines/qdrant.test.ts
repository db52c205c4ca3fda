/** Qdrant's own engine, as a library, behind a REST API of our own: scripts/engines/qdrant.ts. */
import { startQdrant } from '../../scripts/engines/qdrant.ts';
import { openStore } from '../../src/node/stores/open-store.ts';
import { type StoreHarness, storeContract } from '../node/stores/store.contract.ts';
import { guardProxy } from './support/guard-proxy.ts';

async function start(): Promise<StoreHarness> {
  const server = await startQdrant();
  const proxy = await guardProxy(server.url, null);
  const open = (key: string, name: string) =>
    openStore(`qdrant+${proxy.url}`, { name }, { SOUTU_STORE_API_KEY: key });
  return {
    open: (name) => open(server.key, name),
    refused: {
      open: () => open('secret-but-wrong', 'contract'),
      words: /answered 401.*SOUTU_STORE_API_KEY/,
    },
    readOnly: {
      open: (name) => open(server.readOnlyKey, name),
      words: /Forbidden.*must be allowed to manage collections/,
    },
    breakConnections: proxy.breakConnections,
    locks: true,
    stop: async () => {
      await proxy.stop();
      await server.stop();
    },
  };
}

storeContract('Qdrant Edge', start, { isExact: true, copies: false });
