/**
 * Qdrant, from PyPI, which has no server: Qdrant Edge, which is Qdrant's engine as a library, behind the REST API of
 * python/qdrant_server.py.
 */
import { pythonWith } from './python-packages.ts';
import { type PythonServer, startPythonServer } from './python-server.ts';

const VERSION = '0.9.0';

export interface QdrantServer extends PythonServer {
  readonly key: string;
  readonly readOnlyKey: string;
}

export const installQdrant = () =>
  pythonWith('qdrant', [`qdrant-edge-py==${VERSION}`, 'qdrant-client==1.20.0']);

export async function startQdrant(): Promise<QdrantServer> {
  const [key, readOnlyKey] = ['secret-key-of-the-owner', 'secret-key-of-the-reader'];
  const server = await startPythonServer({
    name: 'qdrant',
    version: VERSION,
    python: await installQdrant(),
    args: ['--key', key, '--read-only-key', readOnlyKey],
    readyPath: '/readyz',
  });
  return { ...server, key, readOnlyKey };
}
