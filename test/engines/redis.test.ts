import { startRedis8 } from '../../scripts/engines/redis.ts';
import { openStore } from '../../src/node/stores/open-store.ts';
import { type StoreHarness, storeContract } from '../node/stores/store.contract.ts';
import { redisCommand } from './support/redis-command.ts';

async function start(): Promise<StoreHarness> {
  const server = await startRedis8();
  const command = (...words: string[]) => redisCommand(server.port, server.password, words);
  const of = ['~*', '&*', `>${server.password}`];
  await command('ACL', 'SETUSER', 'owner', 'on', '+@all', ...of);
  await command('ACL', 'SETUSER', 'reader', 'on', '+@read', '+vsim', '+@connection', ...of);
  const open = (user: string, password: string, name: string) =>
    openStore(
      server.address.replace('//', `//${user}@`),
      // Small catalogues are compared row by row; here, the graph is what is tested.
      { name, ...{ exactUpTo: 0 } },
      { SOUTU_STORE_PASSWORD: password },
    );
  return {
    open: (name) => open('owner', server.password, name),
    refused: {
      open: () => open('owner', 'secret-but-wrong', 'contract'),
      words: /WRONGPASS.*SOUTU_STORE_PASSWORD/,
    },
    readOnly: {
      open: (name) => open('reader', server.password, name),
      words: /NOPERM.*all commands/,
    },
    breakConnections: async () => {
      await command('CLIENT', 'KILL', 'USER', 'owner');
    },
    locks: true,
    stop: () => server.stop(),
  };
}

storeContract('Redis 8', start, {
  isExact: false,
  cannot: ['text', 'text and filter', 'text in Chinese'],
});
