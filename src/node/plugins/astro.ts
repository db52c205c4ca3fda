/** `soutu/astro`: an integration that writes the search into the site after each `astro build`. */
import { fileURLToPath } from 'node:url';
import { type Build, buildSearch, type PluginOptions } from './build-search.ts';

/** The part of Astro's integration that is used here; compatible with `AstroIntegration`. */
export interface SoutuIntegration {
  readonly name: 'soutu';
  readonly hooks: {
    'astro:config:done': (arguments_: { config: { site?: string; base?: string } }) => void;
    'astro:build:done': (arguments_: {
      dir: URL;
      logger: { info(line: string): void };
    }) => Promise<void>;
  };
}

/**
 * ```js
 * // astro.config.mjs
 * import { defineConfig } from 'astro/config';
 * import soutu from 'soutu/astro';
 * export default defineConfig({ integrations: [soutu()] });
 * ```
 * `siteUrl` is Astro's `site` with its `base`.
 */
export default function soutu(options: PluginOptions = {}, build?: Build): SoutuIntegration {
  let siteUrl: string | undefined;
  return {
    name: 'soutu',
    hooks: {
      'astro:config:done': ({ config: { site, base = '/' } }) => {
        siteUrl = site === undefined ? undefined : new URL(base, site).href;
      },
      'astro:build:done': ({ dir, logger }) =>
        buildSearch(
          fileURLToPath(dir),
          { ...(siteUrl === undefined ? {} : { siteUrl }), ...options },
          (line) => logger.info(line),
          build,
        ),
    },
  };
}

export type { PluginOptions };
