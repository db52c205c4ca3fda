import { readFileSync } from 'node:fs';
import { EleventyHtmlBasePlugin } from '@11ty/eleventy';
import { eleventyImageTransformPlugin } from '@11ty/eleventy-img';
import soutu from 'soutu/eleventy';

export default (config) => {
  config.addPlugin(EleventyHtmlBasePlugin);
  config.addPlugin(eleventyImageTransformPlugin, {
    formats: ['avif', 'webp', 'jpeg'],
    widths: [160, 400, 'auto'],
    htmlOptions: { imgAttributes: { loading: 'lazy', decoding: 'async', sizes: '50vw' } },
  });
  config.addPlugin(soutu, { soft: false });
  config.addGlobalData('products', JSON.parse(readFileSync('products.json', 'utf8')));
  return { pathPrefix: '/shop/search/' };
};
