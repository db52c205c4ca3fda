/** OpenSearch and Elasticsearch: one node each, in a Java process with 1 GB of memory at most. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EngineServer, freePort, ServerProcess } from './server-process.ts';

export interface HttpServer extends EngineServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
}

export interface JavaNode {
  /** `OpenSearchNode`: the class in java/. */
  readonly main: string;
  readonly version: string;
  readonly classPath: readonly string[];
  readonly home: string;
  readonly settings: readonly string[];
}

export async function startJavaNode({
  main,
  version,
  classPath,
  home,
  settings,
}: JavaNode): Promise<HttpServer> {
  const data = await mkdtemp(join(tmpdir(), 'soutu-engine-'));
  const config = join(data, 'config');
  await mkdir(config);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = new ServerProcess({
    program: 'java',
    args: [
      '-Xms256m',
      '-Xmx1g',
      `-Djava.io.tmpdir=${data}`,
      '-cp',
      classPath.join(':'),
      join(import.meta.dirname, 'java', `${main}.java`),
      `path.home=${home}`,
      `path.data=${join(data, 'data')}`,
      `path.logs=${join(data, 'logs')}`,
      `http.port=${port}`,
      `transport.port=${await freePort()}`,
      'network.host=127.0.0.1',
      'discovery.type=single-node',
      'cluster.name=soutu-test',
      'node.name=one',
      ...settings,
    ],
    startMs: 180_000,
    async ready() {
      const response = await fetch(`${url}/_cluster/health?wait_for_status=yellow&timeout=5s`);
      if (!response.ok) throw new Error(await response.text());
    },
  });
  const stop = async () => {
    await server.end();
    await rm(data, { recursive: true, force: true });
  };
  try {
    await server.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    version,
    port,
    url,
    kill: () => server.end('SIGKILL'),
    restart: () => server.start(),
    stop,
  };
}
