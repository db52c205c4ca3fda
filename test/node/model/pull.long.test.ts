/** `soutu model pull` and what is kept of it; a small file of Keras' layout stands for the 59 MB. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { checkCanary } from '../../../src/engine/canary.ts';
import {
  cachedModels,
  cacheFolder,
  findCached,
  removeCached,
} from '../../../src/node/model/cache-folder.ts';
import { createNodeEmbedder } from '../../../src/node/model/embedder/onnx-node.ts';
import { readModelFolder, readModelSpec } from '../../../src/node/model/model-folder.ts';
import { type PullOptions, pullVgg16 } from '../../../src/node/model/pull.ts';
import { startSoutu } from '../../support/command/run-soutu.ts';
import { TINY_VGG, tinyWeights, writeKerasFile } from '../../support/keras-file.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();
const FILE = 'tiny.h5';
const original = join(root, 'original.h5');
let cache = '';
let count = 0;
let warnings: string[] = [];
let stages: string[] = [];
let requests = 0;
let bytes: Buffer;
let source: NonNullable<PullOptions['source']>;

const server = createServer((_, response) => {
  requests++;
  response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
});

beforeAll(async () => {
  await writeKerasFile(original, tinyWeights(), { keras: 1 });
  bytes = await readFile(original);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${FILE}`;
  const md5 = createHash('md5').update(bytes).digest('hex');
  source = {
    template: { ...TINY_VGG, name: 'vgg16' },
    download: { file: FILE, bytes: bytes.length, md5, urls: [url] },
  };
  process.env.KERAS_HOME = join(root, 'keras');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  delete process.env.KERAS_HOME;
});
beforeEach(() => {
  cache = join(root, `cache-${count++}`);
  warnings = [];
  stages = [];
  requests = 0;
});

const pull = (options: Partial<PullOptions> = {}) =>
  pullVgg16({
    form: 'int8',
    cache,
    source,
    network: { retryMs: 1 },
    reporter: {
      stage: (name) => stages.push(name),
      step: () => undefined,
      warn: (line) => warnings.push(line),
    },
    ...options,
  });

test('downloaded, converted, kept by its hash; the second time it is there', async () => {
  const { folder, id } = await pull();
  expect(stages).toEqual(['Downloading', 'Reading', 'Canary']);
  expect(id).toMatch(/^vgg16-[0-9a-f]{16}$/);
  const { spec, weights } = await readModelFolder(folder);
  expect(spec).toMatchObject({ name: 'vgg16', pooling: 'max', dimension: 8 });
  expect(spec.attribution).toContain('Visual Geometry Group');
  expect(spec.licence).toContain('CC BY 4.0');
  const embedder = await createNodeEmbedder(spec, weights);
  await checkCanary(embedder);
  await embedder.dispose();
  expect(await pull()).toEqual({ folder, id, converted: null });
  expect(requests).toBe(1);
  // Another form is made from the file that is here.
  const other = await pull({ pooling: 'rmac', preset: 'keras' });
  expect(other.id).not.toBe(id);
  expect(requests).toBe(1);
  expect((await cachedModels(cache)).map((model) => model.id).sort()).toEqual(
    [id, other.id].sort(),
  );
});

test('a damaged one is made anew', async () => {
  const { folder, id } = await pull();
  const [weights] = (await readModelFolder(folder)).spec.weights.files;
  await writeFile(join(folder, weights?.file ?? ''), 'damaged');
  await expect(readModelFolder(folder)).rejects.toThrow('Fetch or convert the weights again.');
  expect(await readModelSpec(folder)).toMatchObject({ name: 'vgg16' });
  const again = await pull();
  expect(again.converted).not.toBeNull();
  expect(again.id).toBe(id);
  expect((await readModelFolder(folder)).weights).toHaveLength(1);
});

test('two processes at once: the second one waits, and finds the model', async () => {
  const slow = createServer((_, response) => {
    requests++;
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, 1000));
    setTimeout(() => response.end(bytes.subarray(1000)), 1500);
  });
  await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(slow.address() as AddressInfo).port}/${FILE}`;
  const args = [cache, url, String(bytes.length), source.download.md5];
  const start = async () => {
    const script = ['--import', 'tsx', 'test/node/model/pull-process.ts'];
    const { stdout } = await promisify(execFile)(process.execPath, [...script, ...args]);
    return JSON.parse(stdout) as { id: string; isConverted: boolean; lines: string[] };
  };
  const pulled = await Promise.all([start(), start()]);
  slow.close();
  expect(requests).toBe(1);
  expect(new Set(pulled.map(({ id }) => id)).size).toBe(1);
  expect(pulled.map(({ isConverted }) => isConverted).sort()).toEqual([false, true]);
  const waited = pulled.find(({ isConverted }) => !isConverted);
  expect(waited?.lines[0]).toMatch(
    /^Waiting for another "soutu model pull" \(process \d+, since .*\): /,
  );
  expect(await readdir(join(cache, 'downloads'))).toEqual([FILE]);
  expect((await readdir(cache)).sort()).toEqual(['downloads', 'models']);
});

test('the packed form, its steps chosen by views of the sample shop', async () => {
  const { folder } = await pull({ form: 'packed' });
  const { spec, weights } = await readModelFolder(folder);
  expect(spec.weights.dtype).toBe('packed');
  const embedder = await createNodeEmbedder(spec, weights);
  await checkCanary(embedder);
  await embedder.dispose();
});

test('Keras’ own copy is taken where it is good', async () => {
  await mkdir(join(root, 'keras', 'models'), { recursive: true });
  await copyFile(original, join(root, 'keras', 'models', FILE));
  await pull();
  expect(requests).toBe(0);
  expect(warnings).toEqual([`Taken from Keras' folder: ${join(root, 'keras', 'models', FILE)}`]);
  await writeFile(join(root, 'keras', 'models', FILE), 'something else');
  await pull({ cache: `${cache}-b` });
  expect(requests).toBe(1);
  await rm(join(root, 'keras'), { recursive: true });
});

test('--from: another file is used with a warning that has both, none is refused', async () => {
  await pull({ from: original });
  expect(warnings).toEqual([]);
  const other = join(root, 'other.h5');
  await writeKerasFile(other, tinyWeights(8), { keras: 2 });
  await pull({ from: other });
  expect(warnings[0]).toMatch(/other\.h5 is not the file that Keras serves: \d+ bytes with MD5 /);
  expect(requests).toBe(0);
  await expect(pull({ from: join(root, 'nowhere') })).rejects.toThrow(
    `--from ${join(root, 'nowhere')}: no such file.`,
  );
});

test('a form under the floor is refused with the cosine, and nothing is kept', async () => {
  const photos = 'public/sample/queries';
  const refused = pull({ photos, floor: 0.999999 });
  await expect(refused).rejects.toThrow(
    /^int8: mean cosine 0\.99\d+ to f32 on these photos, expected at least 0\.999999\. Choose another --dtype/,
  );
  expect(await cachedModels(cache)).toEqual([]);
}, 120_000);

test('what is no model is not listed; removed, nothing is left', async () => {
  const { folder, id } = await pull();
  await mkdir(join(cache, 'models', 'vgg16-0123456789abcdef'));
  await mkdir(join(cache, 'models', `${id}.7.tmp`));
  expect(await findCached('vgg16', cache)).toMatchObject({ id, folder });
  expect(await findCached(id, cache)).toMatchObject({ folder });
  expect(await findCached('vgg19', cache)).toBeNull();
  for (const model of await cachedModels(cache)) await removeCached(model);
  expect(await cachedModels(cache)).toEqual([]);
  expect(await readdir(join(cache, 'models'))).not.toContain(id);
});

test('the cache lies where the system wants it', () => {
  const home = process.env.HOME ?? '/root';
  expect(cacheFolder({ SOUTU_CACHE: '/x' }, 'linux')).toBe('/x');
  expect(cacheFolder({ XDG_CACHE_HOME: '/c' }, 'linux')).toBe('/c/soutu');
  expect(cacheFolder({ XDG_CACHE_HOME: 'relative' }, 'linux')).toBe(join(home, '.cache', 'soutu'));
  expect(cacheFolder({}, 'darwin')).toBe(join(home, 'Library', 'Caches', 'soutu'));
  expect(cacheFolder({ LOCALAPPDATA: '/local' }, 'win32')).toBe(join('/local', 'soutu', 'Cache'));
});

describe('the command line', () => {
  const run = async (...args: string[]) => {
    const before = { ...process.env };
    Object.assign(process.env, {
      SOUTU_CACHE: join(root, 'cli'),
      SOUTU_MODEL_URLS: 'http://127.0.0.1:1/a http://localhost:1/b',
    });
    const { ended } = startSoutu(args);
    process.env = before;
    return ended;
  };

  test('with no network: one line, what was tried and how to go on', async () => {
    for (const args of [
      ['model', 'pull', 'vgg16'],
      ['embed', 'public/sample/queries/bowl-001.jpg', '--model', 'vgg16'],
    ]) {
      const { code, stdout, stderr } = await run(...args);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      const line = stderr.trimEnd().split('\n').at(-1) ?? '';
      expect(line).toMatch(
        /^soutu (model|embed): vgg16_weights_tf_dim_ordering_tf_kernels_notop\.h5 cannot be downloaded: 127\.0\.0\.1:1: .+; localhost:1: /,
      );
      expect(line).toContain(
        '. Give a copy of it with: soutu model pull vgg16 --from FILE; or use --model vgg16-lite, which comes ' +
          'with Soutu.',
      );
    }
  }, 120_000);

  test('list and verify know the model that comes with Soutu; wrong words are told', async () => {
    const [list, verify, bad, none, remove] = await Promise.all([
      run('model', 'list'),
      run('model', 'verify'),
      run('model', 'pull', 'vgg19'),
      run('model'),
      run('model', 'remove', 'own'),
    ]);
    expect(list.stdout).toMatch(
      /^model {7}dtype {3}size {4}pooling {2}preset {3}folder\nvgg16-lite {2}packed {2}0\.7 MB {2}rgem {5}default {2}\//,
    );
    expect(verify).toMatchObject({ code: 0, stdout: 'vgg16-lite\tintact\n' });
    expect(bad.stderr).toBe(
      'soutu model: No model "vgg19" to pull: expected vgg16. vgg16-lite comes with Soutu.\n',
    );
    expect(none.stderr).toBe(
      'soutu model: Expected one of pull, convert, list, verify, remove, got nothing. See --help.\n',
    );
    expect(remove.stderr).toMatch(
      /^soutu model: No model "own" in .*cli, which holds no models\.\n$/,
    );
    expect([bad.code, none.code, remove.code]).toEqual([2, 2, 2]);
  }, 120_000);
});
