/** IIIF from a server of this machine: collections in pages, pictures by the Image API, faults, limits and robots.txt. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSource } from '../../../../src/node/catalogue/catalogue.ts';
import { collect } from '../../../../src/node/catalogue/collect.ts';
import { imageUrl } from '../../../../src/node/catalogue/iiif/image-service.ts';
import {
  type Answer,
  type HostileServer,
  startHostileServer,
} from '../../../support/hostile-server.ts';

const PRESENTATION = 'http://iiif.io/api/presentation/3/context.json';
let host = '';
let server: HostileServer;

const json =
  (of: () => unknown): Answer =>
  (_, response) =>
    response.writeHead(200, { 'content-type': 'application/ld+json' }).end(JSON.stringify(of()));

const canvas = (name: string, more: object = {}) => ({
  id: `${host}/canvas/${name}`,
  type: 'Canvas',
  width: 4000,
  height: 3000,
  ...more,
  items: [
    {
      type: 'AnnotationPage',
      items: [
        {
          type: 'Annotation',
          motivation: 'painting',
          body: {
            id: `${host}/image/${name}/full/max/0/default.jpg`,
            type: 'Image',
            format: 'image/jpeg',
            width: 4000,
            height: 3000,
            service: [{ id: `${host}/image/${name}`, type: 'ImageService3', profile: 'level2' }],
          },
        },
      ],
    },
  ],
});

const manifest = (name: string, more: object = {}, canvases = [canvas(name)]) => ({
  '@context': PRESENTATION,
  id: `${host}/manifest/${name}`,
  type: 'Manifest',
  label: { fr: ['Un vase'], en: ['A vase'] },
  items: canvases,
  ...more,
});

const reference = (path: string, type = 'Manifest') => ({ id: `${host}${path}`, type });
const collection = (items: readonly object[], more: object = {}) => ({
  '@context': PRESENTATION,
  id: `${host}/collection`,
  type: 'Collection',
  label: { en: ['All'] },
  items,
  ...more,
});

const ANSWERS: Readonly<Record<string, Answer>> = {
  '/top': json(() =>
    collection([
      reference('/manifest/vase'),
      reference('/deeper', 'Collection'),
      reference('/gone'),
      reference('/page.html'),
      reference('/private/hidden'),
      reference('/manifest/vase'),
      reference('/top', 'Collection'),
    ]),
  ),
  '/manifest/vase': json(() =>
    manifest(
      'vase',
      {
        metadata: [
          { label: { en: ['Date'] }, value: { none: ['1890'] } },
          {
            label: { en: ['Material'], de: ['Material'] },
            value: { en: ['clay', 'glaze'], de: ['Ton'] },
          },
          { label: { en: ['Note'] }, value: { en: ['<p>Found in <b>1902</b></p>'] } },
        ],
        rights: 'http://creativecommons.org/publicdomain/zero/1.0/',
        requiredStatement: { label: { en: ['Credit'] }, value: { en: ['The Museum'] } },
        homepage: [{ id: 'https://museum.example/vase', type: 'Text' }],
      },
      [
        canvas('front', { label: { en: ['Front'] } }),
        canvas('back', { label: { none: ['Back'] } }),
      ],
    ),
  ),
  '/deeper': json(() => collection([reference('/manifest/jug'), reference('/manifest/film')])),
  '/manifest/jug': json(() => manifest('jug', { label: { de: ['Krug'], fr: ['Cruche'] } })),
  '/manifest/film': json(() =>
    manifest('film', {}, [
      {
        ...canvas('film'),
        items: [
          {
            type: 'AnnotationPage',
            items: [
              {
                type: 'Annotation',
                motivation: 'painting',
                body: { id: 'x.mp4', type: 'Video', format: 'video/mp4' },
              },
            ],
          },
        ],
      } as never,
    ]),
  ),
  '/page.html': (_, response) => response.end('<!doctype html><title>Sorry</title>'),
  '/private/hidden': json(() => manifest('hidden')),
  '/robots.txt': (_, response) =>
    response.end(
      'User-agent: *\nDisallow: /\n\nUser-agent: soutu\nDisallow: /private/\nDisallow: /image/secret\n',
    ),
  '/secret': json(() => manifest('secret')),
  // Version 2, in pages.
  '/old': json(() => ({
    '@context': 'http://iiif.io/api/presentation/2/context.json',
    '@id': `${host}/old`,
    '@type': 'sc:Collection',
    label: 'Old',
    total: 3,
    first: `${host}/old/1`,
  })),
  ...Object.fromEntries(
    [1, 2, 3].map((page) => [
      `/old/${page}`,
      json(() => ({
        '@context': 'http://iiif.io/api/presentation/2/context.json',
        '@id': `${host}/old/${page}`,
        '@type': 'sc:Collection',
        first: `${host}/old/1`,
        // The last one leads back: a loop.
        next: `${host}/old/${(page % 3) + 1}`,
        manifests: [{ '@id': `${host}/old/m${page}`, '@type': 'sc:Manifest', label: 'M' }],
      })),
    ]),
  ),
  ...Object.fromEntries(
    [1, 2, 3].map((n) => [
      `/old/m${n}`,
      json(() => ({
        '@context': 'http://iiif.io/api/presentation/2/context.json',
        '@id': `${host}/old/m${n}`,
        '@type': 'sc:Manifest',
        label: [
          { '@value': `Vase ${n}`, '@language': 'en' },
          { '@value': `Urne ${n}`, '@language': 'fr' },
        ],
        license: 'https://museum.example/licence',
        attribution: 'The Old Museum',
        related: { '@id': `https://museum.example/${n}`, format: 'text/html' },
        sequences: [
          {
            '@type': 'sc:Sequence',
            canvases: [
              {
                '@id': `${host}/old/c${n}`,
                '@type': 'sc:Canvas',
                label: '1r',
                width: 1000,
                height: 2000,
                images: [
                  {
                    '@type': 'oa:Annotation',
                    resource: {
                      '@id': `${host}/old/${n}.jpg`,
                      '@type': 'dctypes:Image',
                      service: {
                        '@context': 'http://iiif.io/api/image/2/context.json',
                        '@id': `${host}/old/image/${n}/`,
                        profile: 'http://iiif.io/api/image/2/level1.json',
                      },
                    },
                  },
                ],
              },
            ],
          },
        ],
      })),
    ]),
  ),
};

beforeAll(async () => {
  server = await startHostileServer(ANSWERS);
  host = server.url;
});
afterAll(() => server.close());

const read = async (path: string) =>
  collect(await openSource(host + path, { allowPrivate: true, backOffMs: 1 }));

test('a collection of version 3: nested, with faults in it, each named; loops and repeats are read once', async () => {
  const { entries, warnings, notes } = await read('/top');
  expect(entries.map(({ item }) => item)).toEqual([
    ...(['Front', 'Back'] as const).map((side) => ({
      id: `${host}/canvas/${side.toLowerCase()}`,
      image: `${host}/image/${side.toLowerCase()}/full/!640,640/0/default.jpg`,
      group: `${host}/manifest/vase`,
      title: `A vase, ${side}`,
      url: 'https://museum.example/vase',
      attributes: {
        Date: 1890,
        Material: ['clay', 'glaze'],
        Note: 'Found in 1902',
        attribution: 'The Museum',
        rights: 'http://creativecommons.org/publicdomain/zero/1.0/',
      },
    })),
    {
      id: `${host}/canvas/jug`,
      image: `${host}/image/jug/full/!640,640/0/default.jpg`,
      group: `${host}/manifest/jug`,
      title: 'Krug',
    },
  ]);
  expect(notes).toEqual([`${host}/top: read as IIIF, 3 manifests with 3 pictures.`]);
  expect([...warnings].sort()).toEqual(
    [
      `1 left out (${host}/gone): the server answered with status 404.`,
      `1 left out (${host}/page.html): expected JSON, got "<!doctype html><title>Sorry</title>".`,
      `1 left out (${host}/private/hidden): robots.txt of ${new URL(host).host} does not allow it.`,
      `1 left out (${host}/canvas/film): canvases without a picture, such as sound and video.`,
    ]
      .map((line) => `${host}/top: ${line}`)
      .sort(),
  );
  const asked = server.requests.filter((path) => path === '/manifest/vase' || path === '/top');
  expect(asked).toHaveLength(2);
  expect(server.requests.filter((path) => path === '/robots.txt')).toHaveLength(1);
  expect(server.requests).not.toContain('/private/hidden');
});

test('a collection of version 2 in pages that lead in a circle', async () => {
  const { entries, warnings } = await read('/old');
  expect(warnings).toEqual([]);
  expect(entries.map(({ item }) => item)).toEqual(
    [1, 2, 3].map((n) => ({
      id: `${host}/old/c${n}`,
      // Level 1 has one side only, and the canvas is upright.
      image: `${host}/old/image/${n}/full/,640/0/default.jpg`,
      group: `${host}/old/m${n}`,
      title: `Vase ${n}`,
      url: `https://museum.example/${n}`,
      attributes: { attribution: 'The Old Museum', rights: 'https://museum.example/licence' },
    })),
  );
});

test("the owner's own URL is read whatever robots.txt says, its pictures are not", async () => {
  await expect(read('/secret')).rejects.toThrow(
    `no pictures in 1 manifest of IIIF. 1 left out (${host}/canvas/secret): robots.txt of ${new URL(host).host} does not allow it.`,
  );
});

test.each([
  ['/gone', {}, 'cannot be read: the server answered with status 404.'],
  ['/page.html', {}, 'cannot be read: expected JSON, got "<!doctype html><title>Sorry</title>".'],
  ['/top', { allowPrivate: false }, 'cannot be read: it leads to the private address 127.0.0.1.'],
  ['/top', { map: {} }, '--map is for tables and files, but'],
  ['/top', { photoBase: 'x' }, '--photo-base is for tables and files, but'],
])('%s with %o is refused with words', async (path, options, words) => {
  const opening = openSource(host + path, { allowPrivate: true, backOffMs: 1, ...options });
  await expect(opening).rejects.toThrow(words);
});

test('a URL with a password is refused, and the message does not have it', async () => {
  const opening = openSource('https://me:secret@museum.example/top', {});
  await expect(opening).rejects.toThrow(
    'The URL at museum.example has a user name or password, which would be published.',
  );
  await expect(opening).rejects.not.toThrow('secret');
});

const service = (profile: unknown, more: object = {}) => ({
  id: 'https://i.example/7.jpg',
  width: 3000,
  height: 2000,
  service: [{ id: 'https://i.example/7', type: 'ImageService3', profile, ...more }],
});
const OLD = { '@context': 'http://iiif.io/api/image/2/context.json', type: undefined };

test.each([
  ['level 2', service('level2'), 'full/!640,640/0/default.jpg'],
  ['level 1', service('level1'), 'full/640,/0/default.jpg'],
  [
    'level 1, upright',
    { ...service('level1'), width: 900, height: 1800 },
    'full/,640/0/default.jpg',
  ],
  [
    'a small picture, which must not be enlarged',
    { ...service('level2'), width: 500, height: 400 },
    'full/max/0/default.jpg',
  ],
  [
    'a small picture of version 2',
    { ...service(['http://iiif.io/api/image/2/level2.json', {}], OLD), width: 500, height: 400 },
    'full/full/0/default.jpg',
  ],
  [
    'level 0 with sizes',
    service('level0', {
      sizes: [
        { width: 300, height: 200 },
        { width: 1500, height: 1000 },
        { width: 750, height: 500 },
      ],
    }),
    'full/750,500/0/default.jpg',
  ],
  [
    'level 0 of version 2',
    service('http://iiif.io/api/image/2/level0.json', {
      ...OLD,
      sizes: [{ width: 300, height: 200 }],
    }),
    'full/300,/0/default.jpg',
  ],
])('the size that is asked for: %s', (_, resource, end) => {
  expect(imageUrl(resource, {}, 640)).toBe(`https://i.example/7/${end}`);
});

test('without a service, or of level 0 without sizes, the picture itself', () => {
  expect(imageUrl(service('level0'), {}, 640)).toBe('https://i.example/7.jpg');
  expect(imageUrl({ id: 'https://i.example/7.jpg' }, {}, 640)).toBe('https://i.example/7.jpg');
});
