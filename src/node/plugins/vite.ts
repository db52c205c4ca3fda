/** `soutu/vite`: a plug-in that writes the search into the site after `vite build` or `vitepress build`. */
import { resolve } from 'node:path';
import { type Build, buildSearch, type PluginOptions } from './build-search.ts';

/** VitePress keeps its configuration in that of Vite. It writes its pages after the last hook of Vite. */
interface VitePressSite {
  readonly outDir: string;
  /** That of its Vite says nothing but warnings. */
  readonly logger?: { info(line: string): void };
  buildEnd?: ((site: VitePressSite) => unknown) | undefined;
}

/** The part of Vite's configuration that is used here. */
export interface ViteConfig {
  readonly root: string;
  readonly base: string;
  readonly build: { readonly outDir: string; readonly ssr?: boolean | string };
  readonly logger: { info(line: string): void };
}

/** Compatible with Vite's `Plugin`. */
export interface SoutuPlugin {
  readonly name: 'soutu';
  readonly apply: 'build';
  readonly enforce: 'post';
  configResolved(config: ViteConfig): void;
  closeBundle: {
    readonly sequential: true;
    readonly order: 'post';
    handler(error?: Error): Promise<void>;
  };
}

/**
 * ```js
 * // vite.config.js
 * import soutu from 'soutu/vite';
 * export default { plugins: [soutu()] };
 * // .vitepress/config.js
 * export default defineConfig({ vite: { plugins: [soutu()] } });
 * ```
 */
export default function soutu(options: PluginOptions = {}, build?: Build): SoutuPlugin {
  let config: ViteConfig | null = null;
  const run = (site: string, logger = config?.logger) =>
    buildSearch(
      site,
      { ...siteUrlOf(config?.base), ...options },
      (line) => logger?.info(`[soutu] ${line}`),
      build,
    );
  return {
    name: 'soutu',
    apply: 'build',
    enforce: 'post',
    configResolved(resolved) {
      config = resolved;
      const vitepress = vitePressIn(resolved);
      if (!vitepress || hooked.has(vitepress)) return;
      hooked.add(vitepress);
      // It builds twice, for the browser and for its own rendering, with the plug-in in both.
      const { buildEnd } = vitepress;
      vitepress.buildEnd = async (site) => {
        await buildEnd?.(site);
        await run(site.outDir, site.logger);
      };
    },
    closeBundle: {
      sequential: true,
      order: 'post',
      async handler(error) {
        // It is called after a build that failed, too.
        if (error || !config || config.build.ssr || vitePressIn(config)) return;
        await run(resolve(config.root, config.build.outDir));
      },
    },
  };
}

const hooked = new WeakSet<VitePressSite>();

function vitePressIn(config: ViteConfig): VitePressSite | null {
  const site = (config as { vitepress?: unknown }).vitepress;
  return typeof site === 'object' && site !== null && 'outDir' in site
    ? (site as VitePressSite)
    : null;
}

/** Only a whole URL says where the site is; of a path, links in the pages tell. */
function siteUrlOf(base = ''): { siteUrl?: string } {
  return /^https?:\/\//i.test(base) ? { siteUrl: base } : {};
}

export type { PluginOptions };
