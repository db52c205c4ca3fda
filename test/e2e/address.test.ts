/** A picture by its address, from another host that allows it or does not, and from a strict page. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { errorOf, hitsOf, nextEvent, STRICT_CSP, visit } from './support/visit.ts';

const photo = readFileSync('public/sample/queries/vase-001.jpg');
const asked: { path: string; referer: string | undefined; cookie: string | undefined }[] = [];
let server: Server;
let host: string;

beforeAll(async () => {
  server = createServer(({ url = '', headers }, response) => {
    asked.push({ path: url, referer: headers.referer, cookie: headers.cookie });
    if (url !== '/private.jpg') response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Content-Type', 'image/jpeg');
    // Endless, and without a length.
    if (url === '/endless.jpg') {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(1 << 20)));
      };
      response.on('drain', more);
      more();
    } else {
      response.end(photo);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function give(page: Page, path: string) {
  const next = nextEvent(page);
  await page.locator('soutu-search').evaluate((element) => {
    (element.shadowRoot?.querySelector('[part=address]') as HTMLDetailsElement).open = true;
  });
  await page.getByLabel('URL of a picture').fill(`http://${host}${path}`);
  await page.getByLabel('URL of a picture').press('Enter');
  return next;
}

test('one that its host hands out is searched; one that it does not is told', async () => {
  const { page, context, url, foreign } = await visit(inject('sampleSite'), {
    // What the browser itself says of a request that it refused.
    expectConsole: /CORS policy|net::ERR/,
  });
  await context.addCookies([{ name: 'who', value: 'visitor', url: `http://${host}` }]);

  const refused = await errorOf(give(page, '/private.jpg'));
  expect(refused.name).toBe('PhotoError');
  await page
    .getByText(`${host} cannot be reached, or does not let other sites use its pictures`)
    .first()
    .waitFor();

  const large = await errorOf(give(page, '/endless.jpg'));
  expect(large.message).toContain('more than the 40000000 bytes');
  await page.getByText('This picture is larger than 40.0 MB.').first().waitFor();

  await context.setOffline(true);
  const offline = await errorOf(give(page, '/vase.jpg'));
  expect(offline.message).toContain('there is no network');
  await page.getByText('You are offline, so the picture cannot be downloaded.').first().waitFor();
  await context.setOffline(false);

  expect((await hitsOf(give(page, '/vase.jpg'))).hits[0]?.group).toBe('vase-001');

  expect(asked.map(({ path }) => path)).toEqual(['/private.jpg', '/endless.jpg', '/vase.jpg']);
  for (const { referer, cookie } of asked)
    expect([referer, cookie]).toEqual([undefined, undefined]);
  // The visitor's own requests, and none besides.
  const others = foreign.splice(0).filter((address) => !address.startsWith(`http://${host}/`));
  expect(others).toEqual([]);
  expect(url).not.toContain(host);
});

test('a page whose policy allows no other hosts says what to do', async () => {
  const before = asked.length;
  const { page, foreign } = await visit(inject('sampleSite'), {
    csp: STRICT_CSP,
    expectConsole: /Content Security Policy/,
  });
  const error = await errorOf(give(page, '/vase.jpg'));
  expect(error.message).toContain("the page's policy (connect-src) forbids the request");
  await page
    .getByText('This page cannot download pictures from other sites. Save')
    .first()
    .waitFor();
  expect(asked.length).toBe(before);
  foreign.splice(0);
});
