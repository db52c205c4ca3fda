/** The script of a page that searches by the client and by the element, told where the modules are. */

/** @param from how the page names the package's modules, as `soutu` or `./soutu/widget.js` */
export function findTwice(from: { readonly client: string; readonly widget: string }): string {
  return `
import { createSearch } from '${from.client}';
import '${from.widget}';

const photo = await (await fetch('./query.jpg')).blob();
const best = (response) => response?.hits[0]?.id;
const words = (error) => error.name + ': ' + error.message;

const search = createSearch({ bundle: './bundle/' });
const client = await search.search(photo, { minScore: -1 }).then(best, words);
search.dispose();

const element = document.querySelector('soutu-search');
const told = new Promise((resolve) => {
  element.addEventListener('soutu-results', (event) => resolve(best(event.detail)));
  element.addEventListener('soutu-error', (event) => resolve(words(event.detail)));
});
const kept = new Promise((resolve) => {
  element.addEventListener('soutu-offline', ({ detail }) => resolve(detail.kept));
});
await element.searchPhoto(photo);
const offline = element.getAttribute('offline') ? { kept: await kept } : {};
window.found = { client, widget: await told, ...offline };
`;
}

/** @param attributes more of the element's */
export const page = (script: string, attributes = '') => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>A shop</title>
    <link rel="icon" href="data:," />
    <script type="module" src="${script}"></script>
  </head>
  <body>
    <soutu-search bundle="./bundle/" min-score="-1"${attributes}></soutu-search>
  </body>
</html>
`;
