/** `npm run package`: builds the files that `npm pack` includes, in dist. */
import { rm, writeFile } from 'node:fs/promises';
import { packBrowser } from './browser.ts';
import { CUSTOM_ELEMENTS, customElements } from './custom-elements.ts';
import { packNode } from './node.ts';
import { packPage } from './page.ts';
import { at } from './paths.ts';
import { packSchemas } from './schemas.ts';
import { collectThirdParty, THIRD_PARTY } from './third-party.ts';
import { packTypes } from './types.ts';

for (const folder of ['browser', 'bundler', 'node', 'page', 'schemas', 'types']) {
  await rm(at(`dist/${folder}`), { recursive: true, force: true });
}
const thirdParty = collectThirdParty();
await packBrowser(at('dist/browser'), at('dist/bundler'), thirdParty);
await packPage(at('dist/page'));
await packNode(at('dist/node'), thirdParty);
await packSchemas(at('dist/schemas'));
await packTypes(at('dist/types'));
const manifest = await customElements(at('.'));
await writeFile(at(`dist/${CUSTOM_ELEMENTS}`), `${JSON.stringify(manifest, null, 2)}\n`);
await writeFile(at(`dist/${THIRD_PARTY}`), await thirdParty.text());
