import { readFileSync } from 'node:fs';

const products = JSON.parse(readFileSync('products.json', 'utf8'));

export default {
  paths: () =>
    products.map(({ slug, title, photos }) => ({
      params: { slug },
      content: `# ${title}\n\n${photos.map((name, i) => `![${title}, view ${i + 1}](../photos/${name}.jpg)`).join('\n\n')}\n`,
    })),
};
