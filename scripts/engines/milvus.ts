/**
 * Milvus, from PyPI, which has no server: Milvus Lite, which is Milvus' own implementation for one process and speaks gRPC
 * only, behind the REST API of python/milvus_server.py.
 */
import { pythonWith } from './python-packages.ts';
import { type PythonServer, startPythonServer } from './python-server.ts';

const VERSION = '3.2.2';

export interface MilvusServer extends PythonServer {
  /** Of the users `owner` and `reader`. */
  readonly password: string;
}

export const installMilvus = () =>
  pythonWith('milvus', [`milvus-lite==${VERSION}`, 'pymilvus==3.0.2']);

export async function startMilvusLite(): Promise<MilvusServer> {
  const password = 's/cret w#rd?@:%é';
  // Node sends headers in UTF-8, and Python's server reads them as Latin-1.
  const seen = Buffer.from(password).toString('latin1');
  const server = await startPythonServer({
    name: 'milvus',
    version: VERSION,
    python: await installMilvus(),
    args: ['--owner', `owner:${seen}`, '--reader', `reader:${seen}`],
    readyPath: '/healthz',
  });
  return { ...server, password };
}
