import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { loadOptional } from '../../../src/node/files/optional-package.ts';
import { openHttp } from '../../../src/node/model/http.ts';
import { soutu } from '../../support/command/run-soutu.ts';

test.each([
  ['HTTPS_PROXY', 'proxy.example'],
  ['https_proxy', 'proxy.example:8080'],
  ['HTTP_PROXY', 'http://['],
  ['http_proxy', 'socks5://proxy.example:1080'],
])('a malformed proxy is refused in one line: %s=%s', async (name, value) => {
  await expect(openHttp({ [name]: value })).rejects.toMatchObject({
    name: 'UsageError',
    message: `${name} is "${value}", expected a URL such as http://proxy.example:8080. Fix or unset it.`,
  });
});

test('the command line ends with that line, and code 2', async () => {
  const before = process.env.HTTPS_PROXY;
  process.env.HTTPS_PROXY = 'nonsense';
  try {
    const { code, stderr } = await soutu('model', 'pull', 'vgg16');
    expect(code).toBe(2);
    const lines = stderr.trim().split('\n');
    expect(lines.at(-1)).toContain('HTTPS_PROXY is "nonsense", expected a URL such as');
    expect(stderr).not.toContain('    at ');
  } finally {
    if (before === undefined) delete process.env.HTTPS_PROXY;
    else process.env.HTTPS_PROXY = before;
  }
});

test('without a proxy it is the plain fetch', async () => {
  const server = createServer((_, response) => response.end('yes'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const http = await openHttp({});
  const { signal } = new AbortController();
  const { status, body } = await http.fetch(`http://127.0.0.1:${port}/`, { signal, headers: {} });
  const chunks: Uint8Array[] = [];
  for await (const chunk of body ?? []) chunks.push(chunk);
  expect([status, Buffer.concat(chunks).toString()]).toEqual([200, 'yes']);
  await http.close();
  server.closeAllConnections();
  server.close();
});

test('a package that is not installed is asked for by name, with the command', async () => {
  const missing = 'soutu-no-such-package';
  const load = () => import(/* @vite-ignore */ missing) as Promise<unknown>;
  const error: unknown = await loadOptional('undici', 'Using the proxy in HTTPS_PROXY', load).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({
    name: 'UsageError',
    message:
      'Using the proxy in HTTPS_PROXY needs the package undici, which is not installed. Install it beside ' +
      'Soutu: npm install undici@7.30.2 (with -g if Soutu is installed globally).',
  });
});

test('an error within a package is not taken for a missing one', async () => {
  const broken = () => Promise.reject(new TypeError('broken inside'));
  await expect(loadOptional('h5wasm', 'Reading', broken)).rejects.toThrow(TypeError);
});
