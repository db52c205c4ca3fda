/** One `pull` in a process of its own: cache, port, bytes and MD5 come as arguments, its output is JSON. */
import { pullVgg16 } from '../../../src/node/model/pull.ts';
import { TINY_VGG } from '../../support/keras-file.ts';

const [, , cache = '', url = '', bytes = '', md5 = ''] = process.argv;
const lines: string[] = [];
const { id, converted } = await pullVgg16({
  cache,
  form: 'int8',
  source: {
    template: { ...TINY_VGG, name: 'vgg16' },
    download: { file: 'tiny.h5', bytes: Number(bytes), md5, urls: [url] },
  },
  network: { retryMs: 1 },
  reporter: { stage: () => undefined, step: () => undefined, warn: (line) => lines.push(line) },
});
process.stdout.write(JSON.stringify({ id, isConverted: converted !== null, lines }));
