/** `--previous`: a fresh machine writes the bytes that the machine of the previous build would write. */
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type BuildOptions, build } from '../../../../src/node/index.ts';
import { folderBytes } from '../../../support/folder-bytes.ts';
import { writePhotos } from '../../../support/photos.ts';
import { tempFolder } from '../../../support/temp.ts';

const root = await tempFolder();
const photos = join(root, 'photos');
/** A photo more than in the deployed release. */
const more = join(root, 'more');
const deployed = join(root, 'deployed');
const COUNT = 8;
let folders = 0;
const nextFolder = () => join(root, `out-${folders++}`);
const servers: { close(): void }[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

/** On a machine that has never built anything. */
async function built(options: Partial<BuildOptions> & { readonly out: string }) {
  vi.stubEnv('SOUTU_CACHE', join(root, `cache-${folders++}`));
  const told: string[] = [];
  const reporter = {
    stage: () => undefined,
    step: () => undefined,
    warn: (line: string) => void told.push(line),
  };
  const common = { photos, bundleOnly: true, report: false, threads: 1, reporter } as const;
  return { ...(await build({ ...common, ...options })), told };
}

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

type Answer = { status?: number; body: Buffer | string } | 'cut' | null;

/** A static host of the deployed release, which answers some paths in another way. */
async function host(other: (path: string) => Answer | Promise<Answer> = () => null) {
  const requests: string[] = [];
  const url = await serve(async (request, response) => {
    const path = (request.url ?? '').slice(1);
    requests.push(path);
    const given = await other(path);
    if (given === 'cut') {
      response.writeHead(200, { 'Content-Length': 1000 });
      response.write('{"a');
      setTimeout(() => response.destroy(), 20);
      return;
    }
    const content = given?.body ?? (await readFile(join(deployed, path)).catch(() => null));
    response.writeHead(content === null ? 404 : (given?.status ?? 200)).end(content ?? 'none');
  });
  return { url, requests };
}

/** What the machine of the previous build writes for one photo more, and a machine that knows nothing. */
let expectedNext: ReadonlyMap<string, string>;
let expectedFirst: ReadonlyMap<string, string>;

beforeAll(async () => {
  const seeds = Object.fromEntries(Array.from({ length: COUNT }, (_, i) => [`${i}.png`, i + 1]));
  await writePhotos(photos, seeds);
  await writePhotos(more, { ...seeds, 'new.png': 99 });
  await built({ out: deployed });
  const next = nextFolder();
  await cp(deployed, next, { recursive: true });
  await built({ out: next, photos: more });
  // The release before stays for a while, for visitors who have opened it.
  const names = new Set(await readdir(deployed));
  const all = await folderBytes(next);
  const manifest = await readFile(join(next, 'manifest.json'), 'utf8');
  expectedNext = new Map(
    [...all].filter(
      ([name]) => !names.has(name) || name === 'manifest.json' || manifest.includes(name),
    ),
  );
  const first = nextFolder();
  await built({ out: first, photos: more });
  expectedFirst = await folderBytes(first);
  expect(expectedFirst.get('manifest.json')).not.toBe(expectedNext.get('manifest.json'));
});

test('from a folder and from a URL: nothing changed, so every byte is the same', async () => {
  const { url, requests } = await host();
  for (const previous of [deployed, `${url}/`]) {
    const out = nextFolder();
    const { counts, kept, told } = await built({ out, previous });
    expect({ counts, kept, told }).toMatchObject({
      counts: { unchanged: COUNT },
      kept: true,
      told: [],
    });
    expect(await folderBytes(out)).toEqual(await folderBytes(deployed));
  }
  expect(requests.filter((path) => path.startsWith('weights-'))).toEqual([]);
});

test('one photo more: only that one is embedded, and the bytes are those of a rebuild in place', async () => {
  const { url } = await host();
  for (const previous of [deployed, url]) {
    const out = nextFolder();
    const { counts, kept } = await built({ out, photos: more, previous });
    expect({ counts, kept }).toMatchObject({
      counts: { unchanged: COUNT, indexed: COUNT + 1 },
      kept: false,
    });
    expect(await folderBytes(out)).toEqual(expectedNext);
  }
});

test('--fresh takes the vectors only: the bytes of a machine that knows nothing', async () => {
  const out = nextFolder();
  const { counts } = await built({ out, photos: more, previous: deployed, fresh: true });
  expect(counts.unchanged).toBe(COUNT);
  expect(await folderBytes(out)).toEqual(expectedFirst);
});

const html = { body: '<!doctype html><title>Shop</title>' };
const isFile = (path: string) => /^(archive|details|vectors)-/.test(path);
test.each<[what: string, answer: (path: string) => Answer, why: RegExp]>([
  ['answers 404', () => ({ status: 404, body: 'no' }), /\/manifest\.json: the server answers 404/],
  ['answers a page', () => html, /no manifest: it begins with "<!doctype html><titl"/],
  [
    'answers a page for files',
    (p) => (isFile(p) ? html : null),
    /expected \d+ bytes with SHA-256 .+, got 34 with/,
  ],
  [
    'cuts the manifest off',
    (p) => (p === 'manifest.json' ? 'cut' : null),
    /lost|closed|aborted|terminated/,
  ],
  ['cuts files off', (p) => (isFile(p) ? 'cut' : null), /lost|closed|aborted|terminated/],
  [
    'has lost a file',
    (p) => (p.startsWith('archive-') ? { status: 410, body: '' } : null),
    /archive-.+ answers 410/,
  ],
  [
    'has a file of another release',
    (p) => (p.startsWith('columns-') ? { body: '{"id":[]}' } : null),
    /columns-.+expected/,
  ],
  [
    'has another manifest',
    (p) => (p === 'manifest.json' ? { body: '{"format":"x"}' } : null),
    /not a bundle of Soutu/,
  ],
  [
    'has a manifest of half JSON',
    (p) => (p === 'manifest.json' ? { body: '{"format":' } : null),
    /JSON/,
  ],
])('a server that %s: one clear warning, and a normal build', async (_, answer, why) => {
  const { url } = await host(answer);
  const out = nextFolder();
  const { counts, told } = await built({ out, photos: more, previous: url });
  expect(counts).toMatchObject({ unchanged: 0, indexed: COUNT + 1 });
  expect(told).toEqual([
    expect.stringMatching(
      /^--previous http.+ is not used: .+ photos that are not in it are embedded\.$/,
    ),
  ]);
  expect(told[0]).toMatch(why);
  expect(await folderBytes(out)).toEqual(expectedFirst);
});

test('no server there: the same', async () => {
  const out = nextFolder();
  const { told } = await built({ out, photos: more, previous: 'http://127.0.0.1:9/' });
  expect(told).toEqual([expect.stringMatching(/is not used: .+the connection was refused\./)]);
  expect(await folderBytes(out)).toEqual(expectedFirst);
});

test('a manifest that names files of the owner overwrites nothing', async () => {
  const manifest = JSON.parse(await readFile(join(deployed, 'manifest.json'), 'utf8'));
  manifest.items.columns[0].file = 'index.html';
  const { url } = await host((path) =>
    path === 'manifest.json'
      ? { body: JSON.stringify(manifest) }
      : path === 'index.html'
        ? { body: 'x' }
        : null,
  );
  const out = nextFolder();
  await mkdir(out);
  await writeFile(join(out, 'index.html'), 'mine');
  const { told } = await built({ out, photos: more, previous: url });
  expect(told).toEqual([expect.stringMatching(/is not used: .*index\.html/)]);
  expect(await readFile(join(out, 'index.html'), 'utf8')).toBe('mine');
});

test('a site that is deployed meanwhile: its new manifest is read once more', async () => {
  let isNew = false;
  const { url } = await host((path) => {
    if (path.startsWith('bundle/')) return { status: 404, body: '' };
    // The first manifest is that of a release whose files are gone.
    if (path === 'manifest.json' && !isNew) {
      return readFile(join(deployed, path), 'utf8').then((body) => ({
        body: body.replaceAll(/"vectors-[0-9a-f]{16}/g, '"vectors-0123456789abcdef'),
      }));
    }
    if (path.startsWith('vectors-0123')) isNew = true;
    return null;
  });
  const out = nextFolder();
  const { told, kept } = await built({ out, previous: url });
  expect({ told, kept }).toEqual({ told: [], kept: true });
  expect(await folderBytes(out)).toEqual(await folderBytes(deployed));
});

test('thumbnails that are missing or wrong are made again', async () => {
  const { url } = await host((path) => {
    if (!path.startsWith('thumbs/')) return null;
    return path < 'thumbs/8' ? { status: 404, body: '' } : { body: 'other' };
  });
  const out = nextFolder();
  const { counts, told } = await built({ out, photos: more, previous: url });
  expect(counts).toMatchObject({ unchanged: 0, indexed: COUNT + 1 });
  expect(told).toEqual([
    expect.stringMatching(
      /^--previous http.+: 8 thumbnails could not be read \(.+\); they come from your cache, or are made again\.$/,
    ),
  ]);
  expect(await folderBytes(out)).toEqual(expectedNext);
});

test('a redirect from a private host to another private address is not followed', async () => {
  const url = await serve((_, response) => {
    response.writeHead(302, { Location: 'http://127.0.0.2:80/manifest.json' }).end();
  });
  const { told } = await built({ out: nextFolder(), photos: more, previous: url });
  expect(told).toEqual([expect.stringMatching(/is not used: .+private address 127\.0\.0\.2/)]);
});

test('with a release in the folder it is not asked', async () => {
  const { url, requests } = await host();
  const out = nextFolder();
  await built({ out });
  const { told } = await built({ out, previous: url });
  expect(told).toEqual([
    expect.stringMatching(/^--previous http.+ is not needed: there is a release in/),
  ]);
  expect(requests).toEqual([]);
  await rm(out, { recursive: true });
});

test('what it cannot be is wrong usage', async () => {
  const out = nextFolder();
  for (const previous of ['ftp://x/', 'https://x.example/?a', '']) {
    await expect(built({ out, previous })).rejects.toThrow(
      /^--previous: expected the folder or the http/,
    );
  }
  await expect(built({ out, previous: 'ftp://me:S3cret@x/' })).rejects.not.toThrow(/S3cret/);
  await expect(built({ out, previous: 'https://me:S3cret@x/?a' })).rejects.not.toThrow(/S3cret/);
  await expect(built({ out, previous: deployed, cache: false })).rejects.toThrow(
    'Give one of them.',
  );
});
