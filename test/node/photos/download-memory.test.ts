/** What a download of photos needs of the memory. */
import { expect, test } from 'vitest';
import {
  DEFAULT_SETTINGS,
  downloadPhotos,
} from '../../../src/node/photos/download/download-photos.ts';
import { PhotoCache } from '../../../src/node/photos/download/photo-cache.ts';
import { Requester } from '../../../src/node/photos/download/request.ts';
import { startHostileServer } from '../../support/hostile-server.ts';
import { scene } from '../../support/photos.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();
const jpeg = await scene(1).jpeg().toBuffer();

test('a photo is written as it arrives, without a copy of it in memory', async () => {
  const size = 60_000_000;
  const large = await startHostileServer({
    '/large': (_, response) => {
      response.writeHead(200, { 'content-length': size });
      response.write(jpeg);
      let sent = jpeg.length;
      const more = () => {
        while (sent < size) {
          const length = Math.min(100_000, size - sent);
          sent += length;
          if (!response.write(Buffer.alloc(length))) return;
        }
        response.end();
      };
      response.on('drain', more);
      more();
    },
  });
  const patient = new Requester({ idleMs: 1000, totalMs: 60_000, maxBytes: 100e6 }, () => true);
  const cache = await PhotoCache.open(root);
  let most = 0;
  const before = process.memoryUsage().arrayBuffers;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }, 5);
  const urls = [0, 1].map((i) => `${large.url}/large?${i}`);
  const outcomes = await downloadPhotos(urls, patient, cache, DEFAULT_SETTINGS);
  clearInterval(timer);
  patient.close();
  large.close();
  // Both have the same bytes, and arrive at the same time.
  const [one, two] = urls.map((url) => outcomes.get(url));
  expect(one).toMatchObject({ state: 'ok', bytes: size });
  expect(two).toEqual(one);
  expect(most).toBeLessThan(size);
});
