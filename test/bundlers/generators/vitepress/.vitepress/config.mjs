import soutu from 'soutu/vite';
import { defineConfig } from 'vitepress';

export default defineConfig({
  title: 'The shop',
  base: '/shop/search/',
  cleanUrls: true,
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  themeConfig: { logo: '/logo.png', nav: [{ text: 'All pots', link: '/' }] },
  vite: { plugins: [soutu({ soft: false })], build: { assetsInlineLimit: 0 } },
});
