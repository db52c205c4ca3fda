/** `npm run package`: what `npm pack` takes, into dist. */
import { rm } from 'node:fs/promises';
import { packBrowser } from './browser.ts';
import { type Licences, writeLicences } from './licences.ts';
import { packNode } from './node.ts';
import { packPage } from './page.ts';
import { at } from './paths.ts';
import { packTypes } from './types.ts';

for (const folder of ['browser', 'bundler', 'node', 'page', 'types']) {
  await rm(at(`dist/${folder}`), { recursive: true, force: true });
}
const licences: Licences = new Map();
await packBrowser(at('dist/browser'), at('dist/bundler'), licences);
await packPage(at('dist/page'));
await packNode(at('dist/node'), licences);
await packTypes(at('dist/types'));
await writeLicences(at('dist/THIRD-PARTY.md'), licences);
