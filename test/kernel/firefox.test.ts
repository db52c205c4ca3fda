/** Debian's Firefox has another compiler than V8: it must come to the same bits. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'vite';
import { expect, test } from 'vitest';
import { tempFolder } from '../support/temp.ts';
import { HASH_OF_TWENTY, HASH_WITH_COLOURS } from './twenty-vectors.ts';

const FIREFOX = process.env.SOUTU_FIREFOX ?? '/usr/bin/firefox-esr';
const reason = existsSync(FIREFOX) ? '' : ` (skipped: ${FIREFOX} is not here)`;

const profile = await tempFolder();

test.skipIf(reason)(
  `Firefox gives the same bits${reason}`,
  { timeout: 180_000 },
  async ({ onTestFinished }) => {
    const script = await pageScript();
    let tell = (_: string) => {};
    const told = new Promise<string>((resolve) => {
      tell = resolve;
    });
    const server = createServer(async ({ url, method }, answer) => {
      if (method === 'POST') tell(decodeURIComponent(url?.slice(1) ?? ''));
      const [type, body] =
        url === '/kernel.wasm'
          ? ['application/wasm', await readFile('src/kernel/kernel.wasm')]
          : url === '/page.js'
            ? ['text/javascript', script]
            : ['text/html', '<!doctype html><script type="module" src="page.js"></script>'];
      answer.setHeader('content-type', type).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const firefox = spawn(
      FIREFOX,
      ['--headless', '--no-remote', '--profile', profile, `http://localhost:${port}/`],
      { stdio: 'ignore' },
    );
    onTestFinished(async () => {
      server.closeAllConnections();
      server.close();
      await ended(firefox);
    });
    expect(await told).toBe(`${HASH_OF_TWENTY} ${HASH_WITH_COLOURS}`);
  },
);

/** twenty-vectors.ts as one script that posts its hash, or what went wrong. */
async function pageScript(): Promise<string> {
  const entry = '\0page';
  const path = (file: string) => JSON.stringify(`${process.cwd()}/${file}`);
  const built = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    plugins: [
      {
        name: 'page',
        resolveId: (id) => (id === 'page' ? entry : null),
        load: (id) =>
          id === entry
            ? `import { hashOfTwenty } from ${path('test/kernel/twenty-vectors.ts')};
              import { twoViews } from ${path('test/support/two-views.ts')};
              const read = async () => new Uint8Array(await (await fetch('kernel.wasm')).arrayBuffer());
              const both = async () =>
                [await hashOfTwenty(read), await hashOfTwenty(read, twoViews())].join(' ');
              const answer = await both().catch(String);
              await fetch('/' + encodeURIComponent(answer), { method: 'POST' });`
            : null,
      },
    ],
    build: { write: false, target: 'es2022', rollupOptions: { input: 'page' } },
  });
  const [result] = Array.isArray(built) ? built : [built];
  const chunk = result && 'output' in result ? result.output[0] : null;
  if (!chunk) throw new Error('nothing was built');
  return chunk.code;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  await new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.kill();
  });
}
