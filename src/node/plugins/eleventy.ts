/** `soutu/eleventy`: a plug-in that writes the search into the site after each build. */
import { type Build, buildSearch, type PluginOptions } from './build-search.ts';

/** The part of Eleventy's configuration that is used here. */
export interface EleventyConfig {
  on(name: string, listener: (built: EleventyBuilt) => Promise<void>): unknown;
}

/** What Eleventy says after a build: 3.0 names folders in `directories`, 2.0 in `dir`. */
export interface EleventyBuilt {
  readonly directories?: { readonly output: string };
  readonly dir?: { readonly output: string };
  readonly runMode?: 'build' | 'serve' | 'watch';
  readonly outputMode?: 'fs' | 'json' | 'ndjson';
}

export interface EleventyOptions extends PluginOptions {
  /** Also after each change with `--serve` or `--watch`; default false, because it takes seconds. */
  readonly always?: boolean;
}

/**
 * ```js
 * // eleventy.config.js
 * import soutu from 'soutu/eleventy';
 * export default (eleventyConfig) => {
 *   eleventyConfig.addPlugin(soutu, { siteUrl: 'https://shop.example/' });
 * };
 * ```
 */
export default function soutu(
  eleventyConfig: EleventyConfig,
  { always = false, ...options }: EleventyOptions = {},
  build?: Build,
): void {
  eleventyConfig.on('eleventy.after', async (built) => {
    const { runMode = 'build', outputMode = 'fs' } = built;
    const output = built.directories?.output ?? built.dir?.output;
    if (output === undefined || outputMode !== 'fs' || (runMode !== 'build' && !always)) return;
    await buildSearch(output, options, (line) => process.stdout.write(`[soutu] ${line}\n`), build);
  });
}

export type { PluginOptions };
