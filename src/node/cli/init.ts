import { existsSync } from 'node:fs';
import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, SoutuError } from '../../core/errors.ts';
import { isDatabaseAddress, parseAddress } from '../catalogue/database/address.ts';
import { isRemote } from '../catalogue/photo-path.ts';
import type { SoutuConfig } from '../config/config.ts';
import { CONFIG_NAMES } from '../config/load-config.ts';
import { type Command, flag, type Parsed, positionals } from './command.ts';
import { type Detected, detect } from './init/detect.ts';
import { Questions } from './init/questions.ts';
import { configText, type Format } from './init/write.ts';
import { choice } from './model-options.ts';
import { tell } from './terminal.ts';

const FORMATS: readonly Format[] = ['ts', 'mjs', 'json'];
const QUERY = 'SELECT id, relation_id, photo FROM images';

export const command: Command = {
  help: `soutu init

Writes a config for this folder, soutu.config.ts, .mjs or .json, so that "soutu build" needs no options. It looks for
folders of photos, tables, feeds and the framework of the site, and asks where it cannot know.

  --yes          ask nothing: take what was found
  --format F     ts, mjs or json (default: ts in a project with TypeScript and Soutu installed
                 if this version of Node can read it, else mjs)
  --force        replace the config that exists`,

  options: { yes: { type: 'boolean' }, format: { type: 'string' }, force: { type: 'boolean' } },

  async run(parsed) {
    positionals(parsed, []);
    const folder = process.cwd();
    await refuseExisting(folder, flag(parsed, 'force'));
    const detected = await detect(folder);
    const config = flag(parsed, 'yes') ? guessed(detected) : await asked(detected);
    const format = formatOf(parsed, detected);
    const name = `soutu.config.${format}`;
    const text = configText(config, format, detected.hasSoutu && format !== 'json');
    await writeFile(join(folder, name), text).catch((error: unknown) => {
      throw new SoutuError('OutputError', `${name}: cannot be written (${messageOf(error)}).`);
    });
    // Two configs would stop every build.
    for (const other of CONFIG_NAMES) {
      if (other !== name) await rm(join(folder, other), { force: true });
    }
    tell(
      `Written: ${name} (photos: ${config.photos}; out: ${config.out})`,
      'Next: npx soutu build',
    );
  },
};

async function refuseExisting(folder: string, isForced: boolean): Promise<void> {
  if (isForced) return;
  for (const name of CONFIG_NAMES) {
    if (!(await stat(join(folder, name)).catch(() => null))) continue;
    throw new SoutuError(
      'UsageError',
      `${name} already exists. Edit it, or add --force to replace it.`,
    );
  }
}

function formatOf(parsed: Parsed, detected: Detected): Format {
  const { hasTypeScript, hasSoutu, canReadTypeScript } = detected;
  const isTyped = hasTypeScript && hasSoutu && canReadTypeScript;
  return choice(parsed, 'format', FORMATS) ?? (isTyped ? 'ts' : 'mjs');
}

function guessed(detected: Detected): SoutuConfig {
  const [first] = detected.sources;
  if (first) return { photos: first.source, out: outFor(detected) };
  throw new SoutuError(
    'UsageError',
    'No photos were found here: no folder with photos, table, feed or catalogue.json. Run "soutu init" without --yes and ' +
      'say where they are.',
  );
}

async function asked(detected: Detected): Promise<SoutuConfig> {
  const { sources, framework } = detected;
  const questions = new Questions();
  try {
    if (framework) tell(`This is a project of ${framework.name}.`);
    sources.forEach(({ source, about }, i) => {
      tell(`  ${i + 1}  ${source} (${about})`);
    });
    const answer = await questions.ask(
      sources.length > 0
        ? 'Where are the photos? A number, a path, or a database such as mysql://user@host/database'
        : 'Where are the photos? A path, or a database such as mysql://user@host/database',
      sources.length > 0 ? '1' : '',
      (given) => faultOf(given, sources.length),
    );
    const photos = sources[Number(answer) - 1]?.source ?? answer;
    const query = isDatabaseAddress(photos)
      ? await questions.ask('Which rows are the items? A SELECT', QUERY)
      : null;
    const out = await questions.ask('Output folder for the search', outFor(detected));
    return { photos, ...(query === null ? {} : { query }), out };
  } finally {
    questions.close();
  }
}

/** A password must not end up in a file that is committed. */
function faultOf(answer: string, count: number): string | null {
  if (/^\d+$/.test(answer)) {
    return Number(answer) >= 1 && Number(answer) <= count ? null : `Expected 1 to ${count}.`;
  }
  if (isRemote(answer)) return 'A web page or feed must be saved as a file first.';
  if (/^env:/i.test(answer)) return null;
  if (!isDatabaseAddress(answer)) {
    // It may hold a password, so it is not quoted.
    if (/^[a-z][a-z0-9+.-]+:\/\//i.test(answer)) {
      return 'Unknown kind of database. Expected mysql://, mariadb://, postgres:// or sqlite:FILE.';
    }
    return existsSync(answer) ? null : `${answer}: no such file or folder.`;
  }
  try {
    const address = parseAddress(answer, {});
    return address.kind !== 'sqlite' && address.password !== undefined
      ? 'Leave the password out; it is taken from SOUTU_DB_PASSWORD.'
      : null;
  } catch (error) {
    return messageOf(error).replace('--source: ', '');
  }
}

/** Frameworks copy a folder of files as it is into the site. */
function outFor({ framework }: Detected): string {
  return framework ? `${framework.statics}/search` : 'site';
}
