/** A bundle that was uploaded badly: the page says which file, what was expected and what came. */
import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, inject, test } from 'vitest';
import type { Manifest } from '../../src/core/bundle/manifest.ts';
import { errorOf, hitsOf, search, visit } from './support/visit.ts';

const site = inject('sampleSite');
const photo = 'public/sample/queries/vase-001.jpg';
const copies: string[] = [];

/** @returns `named` gives the path of the file whose name begins like this; `vectors`, of those of sharp photos */
async function copyOfSite() {
  const folder = await mkdtemp(join(tmpdir(), 'soutu-bad-'));
  copies.push(folder);
  await cp(site, folder, { recursive: true });
  const named = async (role: string) => {
    const names = await readdir(join(folder, 'bundle'));
    return join(folder, 'bundle', names.find((name) => name.startsWith(role)) ?? role);
  };
  const vectors = async () => {
    const manifest: Manifest = JSON.parse(await readFile(await named('manifest.json'), 'utf8'));
    return join(folder, 'bundle', manifest.index.vectors[0]?.file ?? '');
  };
  return { folder, named, vectors };
}

afterEach(async () => {
  for (const folder of copies.splice(0)) await rm(folder, { recursive: true, force: true });
});

test('a missing file', async () => {
  const { folder, vectors } = await copyOfSite();
  await rm(await vectors());
  // The browser itself reports a 404 on the console.
  const { page, requests } = await visit(folder, { expectConsole: /404/ });
  const { name, message } = await errorOf(search(page, photo));
  expect(name).toBe('BundleError');
  expect(message).toMatch(/bundle\/codes-\w+\.bin: the server says 404 Not Found\./);
  expect(message).toContain("Check the bundle's address, and that all its files were uploaded.");
  // Perhaps a release was swapped: the manifest was asked once more.
  expect(requests.filter((path) => path === 'bundle/manifest.json').length).toBeGreaterThan(1);
});

test('a truncated file', async () => {
  const { folder, named } = await copyOfSite();
  await truncate(await named('weights-'), 1000);
  const { page } = await visit(folder);
  const { name, message } = await errorOf(search(page, photo));
  expect(name).toBe('BundleError');
  expect(message).toMatch(
    /weights-\w+\.packed: expected 710272 bytes with SHA-256 \w{12}…, got 1000 bytes/,
  );
  expect(message).toContain('the file is cut short or another one. Upload the whole bundle again.');
});

test('a foreign file', async () => {
  const { folder, named } = await copyOfSite();
  const path = await named('columns-');
  const bytes = await readFile(path);
  await writeFile(path, bytes.fill(0x20, 0, 10));
  const { page } = await visit(folder);
  const { message } = await errorOf(search(page, photo));
  expect(message).toMatch(
    /columns-\w+\.json: expected \d+ bytes with SHA-256 (\w{12})…, got \d+ bytes/,
  );
});

test('a larger file is not read to its end', async () => {
  const { folder, vectors } = await copyOfSite();
  await writeFile(await vectors(), new Uint8Array(1_000_000));
  const { page } = await visit(folder);
  const { message } = await errorOf(search(page, photo));
  expect(message).toContain('and more came: this is another file');
});

test.each([
  [1, 'Build the bundle again: soutu build PHOTOS --out DIR'],
  [2, 'Build the bundle again: soutu build PHOTOS --out DIR'],
  [6, 'Update Soutu on the page, or build the bundle again'],
])('a manifest of version %s', async (version, advice) => {
  const { folder, named } = await copyOfSite();
  const path = await named('manifest.json');
  const manifest = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ ...manifest, version }));
  const { page } = await visit(folder);
  const { name, message } = await errorOf(search(page, photo));
  expect(name).toBe('BundleError');
  expect(message).toContain(
    `the bundle has format version ${version}, this version of Soutu reads versions 3 to 5. ${advice}`,
  );
});

test('a web page in place of the manifest, as hosts answer for missing files', async () => {
  const { folder, named } = await copyOfSite();
  await writeFile(await named('manifest.json'), '<!doctype html><title>Home</title>');
  const { page } = await visit(folder);
  const { message } = await errorOf(search(page, photo));
  expect(message).toContain(
    "expected the JSON of a bundle's manifest, got 34 bytes of something else",
  );
});

test('a server in trouble is a NetworkError, and trying again helps', async () => {
  let broken = true;
  const { page } = await visit(site, {
    expectConsole: /503/,
    answer: (path, _, response) => {
      if (!broken || !path.startsWith('bundle/columns-')) return false;
      response.statusCode = 503;
      response.end();
      return true;
    },
  });
  const error = await errorOf(search(page, photo));
  expect(error.name).toBe('NetworkError');
  expect(error.message).toContain('the server says 503 Service Unavailable. Try again later.');
  broken = false;
  const { hits } = await hitsOf(search(page, photo));
  expect(hits[0]?.group).toBe('vase-001');
});
