/** A server that is a script in the folder python/, with data in a folder of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EngineServer, freePort, ServerProcess } from './server-process.ts';

export interface PythonServer extends EngineServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
}

export interface PythonScript {
  readonly name: string;
  readonly version: string;
  /** The program of python-packages.ts. */
  readonly python: string;
  /** Besides `--data` and `--port`. */
  readonly args: readonly string[];
  /** Answers as soon as the server does. */
  readonly readyPath: string;
}

export async function startPythonServer({
  name,
  version,
  python,
  args,
  readyPath,
}: PythonScript): Promise<PythonServer> {
  const data = await mkdtemp(join(tmpdir(), `soutu-engine-${name}-`));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const script = fileURLToPath(new URL(`python/${name}_server.py`, import.meta.url));
  const server = new ServerProcess({
    program: python,
    args: [script, '--data', data, '--port', String(port), ...args],
    ready: () => fetch(`${url}${readyPath}`),
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
