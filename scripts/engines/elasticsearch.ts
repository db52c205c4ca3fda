/**
 * Elasticsearch, from Maven: the server and its HTTP module. What Maven does not have is missing here: scripts (Painless),
 * `GET /`, security and licensed features.
 */
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installOnce } from './cache.ts';
import { type HttpServer, startJavaNode } from './java-node.ts';
import { mavenFiles } from './maven.ts';

const VERSION = '8.19.0';
const MODULE = 'transport-netty4';

/** @param settings of elasticsearch.yml */
export async function startElasticsearch(settings: readonly string[] = []): Promise<HttpServer> {
  const folder = await installElasticsearch();
  return startJavaNode({
    main: 'ElasticsearchNode',
    version: VERSION,
    classPath: [join(folder, 'lib', '*')],
    home: join(folder, 'home'),
    settings,
  });
}

export const installElasticsearch = () => installOnce(`elasticsearch-${VERSION}`, install);

async function install(folder: string): Promise<void> {
  const lib = join(folder, 'lib');
  await mavenFiles(
    [`org.elasticsearch:elasticsearch:${VERSION}`, `org.elasticsearch.plugin:${MODULE}:${VERSION}`],
    lib,
  );
  const home = join(folder, 'home');
  const module = join(home, 'modules', MODULE);
  for (const one of [module, join(home, 'config'), join(home, 'plugins'), join(home, 'lib')]) {
    await mkdir(one, { recursive: true });
  }
  // A module has a class loader of its own. The server refuses to start if a class is on both paths.
  for (const file of await readdir(lib)) {
    if (/^(netty|transport-netty4)-/.test(file)) await rename(join(lib, file), join(module, file));
  }
  const descriptor = {
    description: 'Netty 4',
    version: VERSION,
    name: MODULE,
    classname: 'org.elasticsearch.transport.netty4.Netty4Plugin',
    'java.version': '17',
    'elasticsearch.version': VERSION,
    'has.native.controller': 'false',
  };
  await writeFile(
    join(module, 'plugin-descriptor.properties'),
    Object.entries(descriptor)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
}
