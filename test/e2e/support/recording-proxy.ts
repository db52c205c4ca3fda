/**
 * A proxy between the browser and everything: what pages, workers and service workers ask for, and to whom,
 * with nothing that could escape the browser's own tools. Only this machine is answered.
 */
import { createServer, type OutgoingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Recorded {
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface RecordingProxy {
  readonly server: string;
  readonly recorded: Recorded[];
  close(): Promise<void>;
}

export async function startRecordingProxy(): Promise<RecordingProxy> {
  const recorded: Recorded[] = [];
  const proxy = createServer((asked, answer) => {
    const url = asked.url ?? '';
    const refuse = () => {
      recorded.push({ url, status: 502, headers: {} });
      answer.writeHead(502).end();
    };
    if (!URL.canParse(url) || new URL(url).hostname !== 'localhost') return refuse();
    const { method, headers } = asked;
    const onward = request(url, { ...(method ? { method } : {}), headers }, (response) => {
      const status = response.statusCode ?? 0;
      recorded.push({ url, status, headers: response.headers });
      answer.writeHead(status, response.headers as OutgoingHttpHeaders);
      response.pipe(answer);
    });
    onward.on('error', refuse);
    asked.pipe(onward);
  });
  proxy.on('connect', ({ url = '' }, socket) => {
    recorded.push({ url: `https://${url}`, status: 502, headers: {} });
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    server: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    recorded,
    close: () =>
      new Promise((resolve) => {
        proxy.close(() => resolve());
        proxy.closeAllConnections();
      }),
  };
}
