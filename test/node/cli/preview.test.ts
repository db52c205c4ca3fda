import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { preview } from '../../../src/node/cli/preview.ts';
import { soutu, startSoutu } from '../../support/command/run-soutu.ts';
import { tempFolder } from '../../support/temp.ts';

const site = await tempFolder();
await writeFile(join(site, 'index.html'), 'the page');

async function takePort(port: number) {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as { port: number };
  return { port: address.port, free: () => server.close() };
}

/** The first address that the command prints. */
async function addressOf(child: ReturnType<typeof startSoutu>['child']): Promise<string> {
  let said = '';
  for await (const chunk of child.stdout as AsyncIterable<string>) {
    said += chunk;
    const url = /Serving \S+ at (\S+) \(Ctrl\+C to stop\)\n/.exec(said)?.[1];
    if (url) return url;
  }
  throw new Error(`ended without an address: ${said}`);
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  'prints its address, serves, takes the next port where one is taken, ends on %s',
  async (signal) => {
    const taken = await takePort(0);
    const { child, ended } = startSoutu(['preview', site, '--port', String(taken.port)]);
    const url = await addressOf(child).finally(taken.free);
    const port = Number(new URL(url).port);
    expect(port).toBeGreaterThan(taken.port);
    expect(port).toBeLessThanOrEqual(taken.port + 20);
    expect(await (await fetch(url)).text()).toBe('the page');
    child.kill(signal);
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
    await expect(fetch(url)).rejects.toThrow();
  },
);

test('a folder without a page: words that say how to make one, exit code 2', async () => {
  const folder = join(site, 'nothing');
  expect(await soutu('preview', folder)).toEqual({
    code: 2,
    stdout: '',
    stderr:
      `soutu preview: ${folder}: no site here (index.html is missing). ` +
      `Make one: soutu build PHOTOS --out ${folder}\n`,
  });
});

test('a port that is none: words, exit code 2', async () => {
  expect(await soutu('preview', site, '--port', '65536')).toEqual({
    code: 2,
    stdout: '',
    stderr: 'soutu preview: --port must be a whole number from 0 to 65535, got "65536".\n',
  });
});

test('no port left above the one that is asked for: words, not a stack', async () => {
  const taken = await takePort(65_535).catch(() => null);
  const failure = preview(site, 65_535, false);
  await expect(failure).rejects.toMatchObject({ name: 'UsageError' });
  await expect(failure).rejects.toThrow('65535');
  taken?.free();
});
