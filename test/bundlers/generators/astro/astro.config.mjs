import { defineConfig } from 'astro/config';
import soutu from 'soutu/astro';

export default defineConfig({
  site: 'https://shop.example',
  base: '/shop/search',
  trailingSlash: 'always',
  image: { responsiveStyles: false },
  integrations: [soutu({ soft: false })],
});
