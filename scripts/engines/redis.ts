/** Redis 8, which has vector sets, of Debian 13. */
import { connect } from 'node:net';
import { debianRoot } from './debian-root.ts';
import { type EngineServer, freePort, ServerProcess } from './server-process.ts';

export interface RedisServer extends EngineServer {
  readonly password: string;
  /** `redis://127.0.0.1:PORT`; the password is apart. */
  readonly address: string;
}

const PASSWORD = 'p/ss w#rd?@:%é';

/** @param settings of the server, as `--maxmemory 64mb` in two parts */
export async function startRedis8(settings: readonly string[] = []): Promise<RedisServer> {
  const root = await debianRoot();
  const data = await root.dataFolder('redis');
  const port = await freePort();
  const [program, args] = root.command('redis', '/usr/bin/redis-server', [
    '--bind',
    '127.0.0.1',
    '--port',
    String(port),
    '--dir',
    data.inside,
    '--requirepass',
    PASSWORD,
    '--appendonly',
    'yes',
    '--save',
    '',
    ...settings,
  ]);
  const server = new ServerProcess({ program, args, ready: () => pong(port) });
  try {
    await server.start();
    const version = await root.run('redis', '/usr/bin/redis-server', ['--version']);
    return {
      version: /v=(\S+)/.exec(version)?.[1] ?? '',
      port,
      password: PASSWORD,
      address: `redis://127.0.0.1:${port}`,
      kill: () => server.end('SIGKILL'),
      restart: () => server.start(),
      stop: async () => {
        await server.end();
        await data.remove();
      },
    };
  } catch (error) {
    await server.end('SIGKILL');
    await data.remove();
    throw error;
  }
}

/** It answers PONG, or asks for a password. While it loads its data, it says so. */
function pong(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.setTimeout(2000, () => socket.destroy(new Error('No answer.')));
    socket.once('error', reject).once('data', (data) => {
      socket.destroy();
      const answer = String(data);
      if (answer.startsWith('+PONG') || answer.startsWith('-NOAUTH')) resolve();
      else reject(new Error(answer));
    });
  });
}
