/** What the plug-ins of all generators do after a build of the site. */
import type { BuildOptions, BuildSummary } from '../build/options.ts';

/** The options of `build` that are not about what is read. */
export interface PluginOptions
  extends Omit<
    BuildOptions,
    'photos' | 'site' | 'items' | 'map' | 'photoBase' | 'query' | 'paging' | 'pageSize'
  > {}

/** Takes a line; that of the generator. */
export type Say = (line: string) => void;

/** What tests pass instead of `build`. */
export type Build = (options: BuildOptions) => Promise<BuildSummary>;

/**
 * @param site the folder that the generator wrote
 * @param options those of the plug-in; they win over what the generator says
 * @throws SoutuError as `build`, so that the build of the site fails, too
 */
export async function buildSearch(
  site: string,
  options: PluginOptions,
  say: Say,
  build?: Build,
): Promise<void> {
  // Loaded when a site is built: a development server reads the plug-in, too.
  const run = build ?? (await import('../build/build.ts')).build;
  const reporter = { stage: () => undefined, step: () => undefined, warn: say };
  const { counts, out, site: use } = await run({ reporter, ...options, site });
  const skipped = counts.failed > 0 ? `, ${counts.failed} skipped` : '';
  say(`${counts.indexed} of ${counts.photos} photos indexed${skipped}: ${out}`);
  if (use === null) return;
  say(`Add this to the pages that should have the search: ${use.tag}`);
  for (const note of use.notes) say(note);
}
