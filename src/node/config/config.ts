import type { BuildOptions } from '../build/options.ts';
import type { PushOptions } from '../stores/push/options.ts';

/** What a file `soutu.config.ts` says: options of `soutu build`, and of `soutu push` in `push`. Paths are relative to the file. */
export interface SoutuConfig extends Partial<Omit<BuildOptions, 'reporter' | 'items'>> {
  /** For editors: the path of the schema, `node_modules/soutu/dist/schemas/config.json`. */
  readonly $schema?: string;
  /** Where `soutu push` copies the site that is built into `out`, and how. Passwords come from the environment. */
  readonly push?: Partial<Omit<PushOptions, 'folder' | 'reporter'>>;
}

/** A config, or a function that makes one, perhaps later. */
export type ConfigExport = SoutuConfig | (() => SoutuConfig | Promise<SoutuConfig>);

/** Returns its argument. Editors know its type, so they complete and check the fields. */
export function defineConfig<T extends ConfigExport>(config: T): T {
  return config;
}
