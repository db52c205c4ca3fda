import type { HttpServer } from '../../../scripts/engines/java-node.ts';
import { openStore } from '../../../src/node/stores/open-store.ts';
import type { StoreHarness } from '../../node/stores/store.contract.ts';
import { guardProxy } from './guard-proxy.ts';

const PASSWORD = 's/cret w#rd?@:%é';

/** A server behind a proxy that asks for a password. */
export async function elasticHarness(
  kind: 'opensearch' | 'elasticsearch',
  start: () => Promise<HttpServer>,
): Promise<StoreHarness & { readonly server: HttpServer; readonly address: string }> {
  const server = await start();
  const proxy = await guardProxy(server.url, {
    write: { owner: PASSWORD },
    read: { reader: PASSWORD },
  });
  const addressOf = (user: string) => `${kind}+${proxy.url.replace('//', `//${user}@`)}`;
  const open = (user: string, password: string, name: string) =>
    openStore(addressOf(user), { name, replicas: 0 }, { SOUTU_STORE_PASSWORD: password });
  return {
    server,
    address: addressOf('owner'),
    open: (name) => open('owner', PASSWORD, name),
    refused: {
      open: () => open('owner', 'secret-but-wrong', 'contract'),
      words: /unable to authenticate.*SOUTU_STORE_PASSWORD/,
    },
    readOnly: { open: (name) => open('reader', PASSWORD, name), words: /unauthorized.*privileges/ },
    breakConnections: proxy.breakConnections,
    locks: true,
    async stop() {
      await proxy.stop();
      await server.stop();
    },
  };
}
