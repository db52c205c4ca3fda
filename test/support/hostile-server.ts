/** A web server on this machine whose every path misbehaves in its own way. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface HostileServer {
  readonly url: string;
  readonly port: number;
  /** Paths in the order of their requests. */
  readonly requests: readonly string[];
  /** The largest number of requests that were open at once. */
  readonly mostAtOnce: () => number;
  close(): void;
}

/** @param answers by path; other paths are not found */
export async function startHostileServer(
  answers: Readonly<Record<string, Answer>>,
): Promise<HostileServer> {
  const requests: string[] = [];
  let open = 0;
  let most = 0;
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    open++;
    most = Math.max(most, open);
    response.on('close', () => open--);
    const { pathname } = new URL(request.url ?? '', 'http://localhost');
    const answer = answers[pathname];
    if (answer) answer(request, response);
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    mostAtOnce: () => most,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
