/** A config's options, and over them those of flags. */
import type { BuildOptions } from '../../build/options.ts';
import { isDatabaseAddress } from '../../catalogue/database/address.ts';

type Options = Partial<BuildOptions>;
type Name = keyof BuildOptions;

/** What belongs to each kind of source. */
const SOURCE_FIELDS: Readonly<Record<'database' | 'site' | 'files', readonly Name[]>> = {
  database: ['query', 'paging', 'pageSize', 'map', 'photoBase'],
  site: ['siteUrl'],
  files: ['map', 'photoBase'],
};
const ALL_SOURCE_FIELDS: readonly Name[] = [
  'photos',
  'site',
  ...new Set(Object.values(SOURCE_FIELDS).flat()),
];
const MODEL_FIELDS: readonly Name[] = ['engine', 'model', 'modelSpec', 'preset', 'pooling'];

/** A source, a model or an engine on the command line replaces that of the config, with all that belongs to it. */
export function mergeOptions(config: Options, flags: Options): Options {
  const kept = { ...config };
  const drop = (names: readonly Name[]) => {
    for (const name of names) delete kept[name];
  };
  const given = kindOf(flags);
  if (given !== null) {
    // Another table of the same kind may have the same columns.
    const isSame = given === kindOf(config);
    drop(isSame ? ['photos', 'site'] : ALL_SOURCE_FIELDS);
  }
  if (flags.model !== undefined || flags.engine !== undefined) drop(MODEL_FIELDS);
  if (flags.cache === false) drop(['previous']);
  if (flags.previous !== undefined && kept.cache === false) drop(['cache']);
  return { ...kept, ...flags };
}

function kindOf({ photos, site }: Options): keyof typeof SOURCE_FIELDS | null {
  if (site !== undefined) return 'site';
  if (photos === undefined) return null;
  return isDatabaseAddress(photos) || /\.(db|sqlite3?)$/i.test(photos) ? 'database' : 'files';
}
