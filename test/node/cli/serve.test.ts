import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { SearchResponse } from '../../../src/core/contract.ts';
import { sha256 } from '../../../src/node/files/sha256.ts';
import { COUNT, idOf, idsOf, memoryBundle, open } from '../../engine/memory-bundle.ts';
import { soutu, startSoutu } from '../../support/command/run-soutu.ts';
import { tempFolder } from '../../support/temp.ts';

const folder = await tempFolder();

/** Writes the bundle of test/engine/memory-bundle.ts, as a build does: its manifest last. */
async function writeBundle(where: string, changes: Parameters<typeof memoryBundle>[0] = {}) {
  const { files, manifest } = memoryBundle({ graph: [], ...changes });
  for (const [file, bytes] of files) {
    await mkdir(dirname(join(where, file)), { recursive: true });
    await writeFile(join(where, file), bytes);
  }
  const named = JSON.parse(JSON.stringify(manifest), (_, value) => {
    const bytes = files.get(value?.file);
    return bytes ? { ...value, sha256: sha256(bytes) } : value;
  });
  await writeFile(join(where, 'manifest.json'), JSON.stringify(named));
}

async function start(...args: string[]) {
  const { child, ended } = startSoutu(['serve', ...args, '--port', '0']);
  let said = '';
  child.stdout?.on('data', (text: string) => {
    said += text;
  });
  await vi.waitFor(() => expect(said).toContain('\n'), { timeout: 60_000 });
  const started = JSON.parse(said.split('\n', 1)[0] ?? '') as { url: string };
  return { child, ended, ...started };
}

const EVENT = { time: expect.any(String), level: 'info' };

test('an engine that cannot be reached: the service starts, and says what visitors get', async () => {
  const { child, ended } = startSoutu(['serve', '--store', 'redis://127.0.0.1:1', '--port', '0']);
  let said = '';
  child.stderr?.on('data', (text: string) => {
    said += text;
  });
  await vi.waitFor(() => expect(said).toContain('\n'), { timeout: 60_000 });
  child.kill('SIGTERM');
  await ended;
  expect(said).toBe(
    'redis://127.0.0.1:1/0: connect ECONNREFUSED 127.0.0.1:1. Is the server running, and is the port right? ' +
      'Searches are answered with 503 until it can be reached.\n',
  );
});

test('serves a bundle, takes over the next build, drains on SIGTERM', async () => {
  await writeBundle(folder);
  const { child, ended, url } = await start(
    folder,
    '--allow-origin',
    'http://shop.example',
    '--refresh',
    '0',
  );
  const search = async () => {
    const response = await fetch(`${url}/search`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: 'http://shop.example' },
      body: JSON.stringify({ query: { id: idOf(5) }, options: { facets: ['colour'] } }),
    });
    return (await response.json()) as SearchResponse;
  };
  const first = await search();
  const engine = await open({}, { graph: [] });
  const expected = await engine.search({ id: idOf(5) }, { facets: ['colour'] });
  expect(idsOf(first)).toEqual(idsOf(expected));
  expect(first.facets).toEqual(expected.facets);
  await writeBundle(folder, { attributesOf: () => ({ colour: 'pink' }) });
  await vi.waitFor(async () => {
    expect((await search()).facets).toEqual({ colour: { pink: COUNT - 1 } });
  });
  child.kill('SIGTERM');
  const { stdout, ...over } = await ended;
  expect(over).toMatchObject({ code: 0, stderr: '' });
  const events = stdout.trimEnd().split('\n').slice(-2);
  expect(events.map((line) => JSON.parse(line))).toEqual([
    { ...EVENT, event: 'stopping', signal: 'SIGTERM', inFlight: 0 },
    { ...EVENT, event: 'stopped' },
  ]);
  await expect(fetch(url)).rejects.toThrow();
});

test.each([
  [['serve'], 'soutu serve: Expected --store URL or DIR, got nothing. See --help.'],
  [
    ['serve', folder, '--store', 'postgres://h/d'],
    /^soutu serve: Expected --store URL or DIR, got both/,
  ],
  [
    ['serve', '--store', 'oracle://u:geheim@h/d'],
    /^soutu serve: --store: the engine at the beginning of the address is unknown(?!.*geheim)/,
  ],
  [['serve', 'nowhere'], 'soutu serve: nowhere: no such folder. Expected a site or bundle.'],
  [['serve', 'src'], /^soutu serve: src: no bundle here: expected manifest\.json/],
  [
    ['serve', folder, '--allow-origin', 'https://shop.example/search'],
    /^soutu serve: --allow-origin must be scheme, host and port, .*got "https:\/\/shop\.example\/search"\./,
  ],
  [['serve', folder, '--rate', '-1'], /--rate must be a number from 0 up, got "-1"/],
  [
    ['serve', folder, '--host', '192.0.2.1'],
    /^soutu serve: Cannot listen on 192\.0\.2\.1, port 4180: /,
  ],
])('%o is refused', async (args, words) => {
  await writeBundle(folder);
  const { code, stdout, stderr } = await soutu(...args);
  expect(stderr.trimEnd()).toMatch(words);
  expect([code, stdout]).toEqual([args[1] === 'src' ? 1 : 2, '']);
});
