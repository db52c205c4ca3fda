import { join } from 'node:path';
import { SoutuError } from '../../core/errors.ts';
import { parseMaxFailures } from '../build/report/max-failures.ts';
import type { SoutuConfig } from '../config/config.ts';
import { openFolderSource } from '../search/folder-source.ts';
import { openStore } from '../stores/open-store.ts';
import type { PushSummary } from '../stores/push/options.ts';
import { describePush, push } from '../stores/push/push.ts';
import type { Store } from '../stores/store.ts';
import { aligned } from './aligned.ts';
import { type Command, flag, number, type Parsed, positionals, text } from './command.ts';
import { configOf } from './config-of.ts';
import { ProgressReporter } from './progress.ts';
import { print, printJson, tell } from './terminal.ts';

export const command: Command = {
  help: `soutu push [DIR] [--to URL]
soutu push --list [--to URL]
soutu push --drop RELEASE [--to URL]

Copies the catalogue of the site or bundle in DIR into a database or search engine that you run, for catalogues that
are too large to download. "soutu serve --store URL" answers searches from there. Only items that are new or have
changed are sent; Qdrant and Milvus, which cannot copy a collection, receive every item on each push. The new release
is verified and then published in one step; until then, searches see the previous one. If a push is interrupted, run
it again: it goes on where it was.

  --config FILE       options from a file, as for "soutu build": its "push" has those below ("to", "name", "maxFailures",
                      …), and its "out" is DIR (default: soutu.config.ts, .mts, .js, .mjs or .json in this folder, if
                      there is one). Flags win. --no-config: read none
  --to URL            where the engine is, or env:NAME for a variable of the environment with the address:
                        postgres://user@host/database              PostgreSQL with pgvector 0.8 or later
                        mariadb://user@host/database               MariaDB 11.7 or later
                        opensearch+https://user@host:9200/name     OpenSearch 2.13 or later with its k-NN plugin
                        elasticsearch+https://user@host:9200/name  Elasticsearch 8.4 or later (9: not tested)
                        redis://user@host:6379/0                   Redis 8 or later; no searches with words
                        qdrant+https://host:6333/name              Qdrant 1.10 or later *
                        milvus+https://user@host:19530/name        Milvus 2.4 or later * (/database/name for a database)
                      * tested without a server: Qdrant's own engine as a library (Qdrant Edge) and Milvus Lite, each
                        behind a REST shim from Soutu's test suite
                      The password is taken from SOUTU_STORE_PASSWORD (or PGPASSWORD, MYSQL_PWD, REDISCLI_AUTH), an
                      API key from SOUTU_STORE_API_KEY; neither is ever printed. For TLS of databases:
                      ?sslmode=require, verify-ca or verify-full, and sslrootcert=FILE
  --name NAME         name of the catalogue in the engine: how its tables begin, its index or its alias (default soutu,
                      or the path of an address with https)
  --dry-run           print what would be created and the first items, with shortened vectors. Nothing is sent
  --max-failures N    publish nothing and end with code 3 if the engine refuses more than N items; N%: more than this
                      share of them (default 0). Each refused item is printed with the reason
  --drop-old          delete all other releases of this name after the new one is published. Default: they stay, so
                      that searches that have begun can end, and use disk space
  --new-model         publish although the current release has vectors of another model. Default: refuse, because
                      pages that were built with that model could not search any more
  --m N               HNSW graph: links of each item (default 16)
  --ef-construction N HNSW graph: width of the beam while it is built; larger is slower and finds more (default 128)
  --shards N          OpenSearch, Elasticsearch, Qdrant, Milvus: shards of the index (default 1)
  --replicas N        OpenSearch, Elasticsearch, Qdrant: copies of each shard besides the first (default 1)
  --list              print the releases in the engine. The current one is marked
  --drop RELEASE      delete a release that is not current
  --json              print one object on stdout

Exit codes: 0 the release is published, or was already; 1 the push failed; 2 wrong usage; 3 more items were refused
than --max-failures allows. After 2 and 3 the previous release is as it was. After 1 it is, too, unless the connection
was lost in the last step: run the push again, or see --list.`,

  options: {
    config: { type: 'string' },
    'no-config': { type: 'boolean' },
    to: { type: 'string' },
    name: { type: 'string' },
    'dry-run': { type: 'boolean' },
    'max-failures': { type: 'string' },
    'drop-old': { type: 'boolean' },
    'new-model': { type: 'boolean' },
    m: { type: 'string' },
    'ef-construction': { type: 'string' },
    shards: { type: 'string' },
    replicas: { type: 'string' },
    list: { type: 'boolean' },
    drop: { type: 'string' },
    json: { type: 'boolean' },
  },

  async run(parsed) {
    const { folder: built, to, more, engine } = await optionsOf(parsed);
    const dropped = text(parsed, 'drop');
    const modes = ['list', 'drop', 'dry-run'].filter((name) => parsed.values[name] !== undefined);
    if (modes.length > 1) {
      throw new SoutuError(
        'UsageError',
        `--${modes[0]} and --${modes[1]} cannot be given together. See --help.`,
      );
    }
    if (flag(parsed, 'list') || dropped !== undefined) {
      positionals(parsed, []);
      const store = await openStore(to, engine);
      try {
        if (dropped === undefined) await list(store, flag(parsed, 'json'));
        else await drop(store, dropped, flag(parsed, 'json'));
      } finally {
        await store.close();
      }
      return;
    }
    const isBuilt = built !== undefined && parsed.positionals.length === 0;
    const [folder = ''] = isBuilt ? [built] : positionals(parsed, ['DIR']);
    if (flag(parsed, 'dry-run')) {
      const store = await openStore(to, engine);
      const source = await openFolderSource(folder);
      const described = await describePush(store, source).finally(() => store.close());
      if (flag(parsed, 'json')) printJson(described);
      else {
        const { plan, release, first } = described;
        print(...plan.split('\n'), '', ...first.map((row) => JSON.stringify(row)));
        tell(
          `Dry run: release ${release.release} with ${release.count} items was not sent to ${store.label}.`,
        );
      }
      return;
    }
    const summary = await push({
      folder,
      to,
      ...engine,
      ...more,
      reporter: new ProgressReporter(process.stderr),
    });
    if (flag(parsed, 'json')) printJson(summary);
    else tell(...describeSummary(summary));
  },
};

type Given = NonNullable<SoutuConfig['push']>;

/** The options of the config file, and over them those of the flags. */
async function optionsOf(parsed: Parsed) {
  const loaded = await configOf(parsed);
  const { push: own = {}, out, site } = loaded?.config ?? {};
  const flagged = text(parsed, 'to');
  const { to: configured, maxFailures, dropOld, newModel, name, ...settings } = own;
  const to = flagged ?? configured;
  if (to === undefined || to === '') {
    const hint = loaded ? `, and "push" in ${loaded.path} does not say it either` : '';
    throw new SoutuError(
      'UsageError',
      `--to URL is missing${hint}. For example: --to postgres://user@host/database. See --help.`,
    );
  }
  const failures = text(parsed, 'max-failures') ?? maxFailures;
  const more: Pick<Given, 'maxFailures' | 'dropOld' | 'newModel'> = {
    ...(failures === undefined
      ? {}
      : { maxFailures: parseMaxFailures(failures, '--max-failures') }),
    dropOld: flag(parsed, 'drop-old') || dropOld === true,
    newModel: flag(parsed, 'new-model') || newModel === true,
  };
  // Another engine may hold the catalogue under another name.
  const named = flagged === undefined && name !== undefined ? { name } : {};
  const engine = { ...settings, ...named, ...engineOptions(parsed) };
  const folder = out ?? (site === undefined ? undefined : join(site, 'soutu'));
  return { folder, to, more, engine };
}

function engineOptions(parsed: Parsed) {
  const given = {
    name: text(parsed, 'name'),
    m: number(parsed, 'm', { min: 2, max: 100 }),
    efConstruction: number(parsed, 'ef-construction', { min: 4, max: 1000 }),
    shards: number(parsed, 'shards', { min: 1, max: 1000 }),
    replicas: number(parsed, 'replicas', { min: 0, max: 100 }),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [Name in keyof typeof given]?: NonNullable<(typeof given)[Name]>;
  };
}

async function list(store: Store, asJson: boolean): Promise<void> {
  const current = await store.current();
  const releases = await store.releases();
  if (asJson) {
    printJson({ store: store.label, current: current?.release ?? null, releases });
    return;
  }
  if (releases.length === 0) tell(`${store.label}: nothing was pushed yet.`);
  print(
    ...aligned(
      releases.map(({ release, count, dimension, model }) => [
        release === current?.release ? '*' : ' ',
        release,
        `${count} items`,
        `${dimension} numbers`,
        `model ${model}`,
      ]),
    ),
  );
}

async function drop(store: Store, release: string, asJson: boolean): Promise<void> {
  if (!/^[a-z0-9]+$/.test(release)) {
    throw new SoutuError(
      'UsageError',
      `--drop: "${release}" is not the name of a release. See: soutu push --list`,
    );
  }
  await store.drop(release);
  if (asJson) printJson({ store: store.label, dropped: [release] });
  else tell(`${store.label}: release ${release} was deleted.`);
}

function describeSummary(summary: PushSummary): string[] {
  const { store, release, published, items, sent, unchanged, removed, failures, dropped } = summary;
  const old = dropped.length > 0 ? [`Deleted: ${dropped.join(', ')}`] : [];
  if (!published)
    return [`Nothing to do: ${store} answers from release ${release} already.`, ...old];
  const parts = [
    `${sent} sent`,
    `${unchanged} unchanged`,
    ...(removed > 0 ? [`${removed} removed`] : []),
    ...(failures.length > 0 ? [`${failures.length} refused`] : []),
  ];
  return [
    `Published release ${release} in ${store}: ${items - failures.length} items (${parts.join(', ')}) in ` +
      `${summary.seconds.toFixed(1)} s`,
    ...old,
  ];
}
