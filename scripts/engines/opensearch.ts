/** OpenSearch with its k-NN plugin, from Maven. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { installOnce } from './cache.ts';
import { type HttpServer, startJavaNode } from './java-node.ts';
import { mavenFile, mavenFiles } from './maven.ts';
import { runProgram } from './run-program.ts';

/** The newest for which Maven has the plugin, which must have the very version of the server. */
const VERSION = '2.19.1';

/** @param settings of opensearch.yml, as `cluster.routing.allocation.disk.threshold_enabled=false` */
export async function startOpenSearch(settings: readonly string[] = []): Promise<HttpServer> {
  const folder = await installOpenSearch();
  return startJavaNode({
    main: 'OpenSearchNode',
    version: VERSION,
    classPath: [join(folder, 'lib', '*'), join(folder, 'knn', '*')],
    home: join(folder, 'home'),
    settings,
  });
}

export const installOpenSearch = () => installOnce(`opensearch-${VERSION}`, install);

async function install(folder: string): Promise<void> {
  await mavenFiles(
    [
      `org.opensearch:opensearch:${VERSION}`,
      `org.opensearch.plugin:transport-netty4-client:${VERSION}`,
      `org.opensearch.plugin:reindex-client:${VERSION}`,
      // OpenSearch declares it as optional, and needs it.
      'org.apache.logging.log4j:log4j-core:2.21.0',
    ],
    join(folder, 'lib'),
  );
  await mavenFile(`org.opensearch.plugin:opensearch-knn:${VERSION}.0:zip`, join(folder, 'zip'));
  const knn = join(folder, 'knn');
  await mkdir(knn);
  await mkdir(join(folder, 'home'));
  // Java's own tool reads zip files, too.
  await runProgram('jar', ['--extract', '--file', `../zip/opensearch-knn-${VERSION}.0.zip`], {
    cwd: knn,
  });
}
