/** Every source against the contract. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Item } from '../../../src/core/item.ts';
import { folderSource } from '../../../src/node/catalogue/folder/folder.ts';
import { jsonCatalogue } from '../../../src/node/catalogue/json-catalogue.ts';
import { tempFolder } from '../../support/temp.ts';
import { describeSource } from './source.contract.ts';

const root = await tempFolder();

async function write(path: string, content: string | Uint8Array = ''): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
}

/** Empty files: sources do not open photos that have a photo's extension. */
const writePhotos = (folder: string, items: readonly Item[]) =>
  Promise.all(items.map(({ image }) => write(join(folder, image))));

describeSource('a folder with side-cars', root, {
  async write(folder, items) {
    await writePhotos(folder, items);
    for (const { image, attributes, ...fields } of items) {
      // Sub-folders become the attribute "folder"; these items have none.
      const sideCar = { ...fields, attributes: { ...attributes, folder: null } };
      await write(join(folder, image.replace(/jpg$/, 'json')), JSON.stringify(sideCar));
    }
    return folder;
  },
  open: async (path) => folderSource(path),
});

describeSource('catalogue.json', root, {
  async write(folder, items) {
    await writePhotos(folder, items);
    return write(join(folder, 'catalogue.json'), JSON.stringify(items));
  },
  open: jsonCatalogue,
});
