/** Two sites of one host, each with a service worker of its own, share what the browser keeps for the host. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { hitsOf, search, searchAndKeep, visit } from './support/visit.ts';

const vase = 'public/sample/queries/vase-001.jpg';
const bowl = 'public/sample/queries/bowl-001.jpg';

test('two sites of one host, one visited after the other: each opens without a network', async () => {
  const host = await mkdtemp(join(tmpdir(), 'soutu-host-'));
  try {
    for (const site of ['a', 'b']) {
      await cp(inject('sampleSite'), join(host, site), { recursive: true });
    }
    await writeFile(join(host, 'index.html'), '<title>Two sites</title>');
    // Another release, as another site's is.
    const script = join(host, 'b/sw.js');
    const worker = await readFile(script, 'utf8');
    await writeFile(script, worker.replace('"version":"', '$&b'));
    const { page, context, url, stopServer } = await visit(host, {
      expectConsole: /Failed to load resource/,
    });
    for (const site of ['a', 'b']) {
      await page.goto(`${url}${site}/`);
      await searchAndKeep(page, vase);
    }
    // As after a pause: they find what they have kept, and know nothing else.
    const session = await context.newCDPSession(page);
    await session.send('ServiceWorker.enable');
    await session.send('ServiceWorker.stopAllWorkers');
    await stopServer();
    for (const site of ['a', 'b']) {
      await page.goto(`${url}${site}/`);
      expect((await hitsOf(search(page, bowl))).hits[0]?.group).toBe('bowl-001');
    }
  } finally {
    await rm(host, { recursive: true, force: true });
  }
});
