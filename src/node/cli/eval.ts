import { appendFile, writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { messageOf, SoutuError } from '../../core/errors.ts';
import { openEngine } from '../search/open-engine.ts';
import { type Command, flag, number, positionals, text } from './command.ts';
import { describe, summary } from './eval/describe.ts';
import { evaluated } from './eval/evaluated.ts';
import { checkKnown, evalRowsOf, hasPairs, noPairs, readGroups } from './eval/groups.ts';
import { DEFAULT_SAMPLE, robustLines, robustnessOf } from './eval/robust.ts';
import { print, printJson, tell } from './terminal.ts';

export const command: Command = {
  help: `soutu eval DIR

Searches with the photos of the site or bundle in DIR among all others (leave-one-out), and prints:

  queries        the number of photos that are searched with
  top-1, mAP     how often the best hit belongs to the same group, and the mean average precision (of up to 2,000
                 photos; left out if no group has two photos)
  index          recall@1, @10 and @50: the share of the nearest items by the exact vectors of the archive that a
                 search as on the page finds (up to 1,000 photos)
  first          what a first search downloads up to the ids of its hits, without the page and the model: bytes,
                 requests, and rounds of requests that wait for one another (of an index in parts: the median and the
                 95th percentile of 200 photos)
  search         milliseconds of such a search
  flat scan      milliseconds of a comparison with all items; HNSW: the same by the graph, if there is one
  match, related the two thresholds, and how often "match" is right: for photos whose thing is there ("there"), whose
                 thing was removed ("absent"), and for photos of other things ("far"), which come with the model and
                 were not used to compute the thresholds

  --groups FILE    one line per photo: id, tab, group (default: the groups of the catalogue; if no group has two
                   photos, the folders of the photos)
  --ef N           beam width of the HNSW search (default 64)
  --page FILE      write a page with plots, too: recall against bytes, bytes against the size of the catalogue (each
                   kind of index is made of parts of the catalogue, up to 20,000 items), and the scores
  --robust         instead: modify photos as screenshots, borders, crops, tilts, light and poor copies do, and print
                   for each modification the share that finds its original first ("itself"), and the share whose
                   first other hit has the same group ("same thing")
  --photos FOLDER  with --robust: the folder of photos, or that of the catalogue.json, from which DIR was built
                   (default: the thumbnails in DIR)
  --sample N       with --robust: at most N photos (default ${DEFAULT_SAMPLE})
  --json           print one object; "unknown" is the number of ids of FILE that are not in the bundle`,

  options: {
    groups: { type: 'string' },
    ef: { type: 'string' },
    page: { type: 'string' },
    robust: { type: 'boolean' },
    photos: { type: 'string' },
    sample: { type: 'string' },
    json: { type: 'boolean' },
  },

  async run(parsed) {
    const [folder] = positionals(parsed, ['DIR']) as [string];
    const path = text(parsed, 'groups');
    const page = text(parsed, 'page');
    const photos = text(parsed, 'photos') ?? null;
    const sample = number(parsed, 'sample', { min: 1 });
    const isRobust = flag(parsed, 'robust');
    if (!isRobust && (photos !== null || sample !== undefined)) {
      throw new SoutuError('UsageError', '--photos and --sample need --robust.');
    }
    if (isRobust && page !== undefined) {
      throw new SoutuError('UsageError', '--page cannot be combined with --robust.');
    }
    const ef = number(parsed, 'ef', { min: 1 }) ?? 64;
    const truth = path === undefined ? null : await readGroups(path);
    // Told before minutes of measuring. An earlier page stays until then.
    if (page !== undefined) await written(page, (path) => appendFile(path, ''));
    const engine = await openEngine(folder);
    try {
      const items = await engine.bundle.columns();
      const { rows, from } = evalRowsOf(items, truth);
      if (from === 'folders') {
        tell('No group has two photos, so photos of one folder count as photos of one thing.');
      }
      const unknown = truth ? checkKnown(truth, rows, path ?? '') : 0;
      if (isRobust) {
        const wanted = { photos, sample: sample ?? DEFAULT_SAMPLE };
        const robust = await robustnessOf(engine, folder, rows, wanted);
        if (flag(parsed, 'json')) printJson({ robust, unknown });
        else print(...robustLines(robust, photos));
        return;
      }
      if (!hasPairs(rows)) {
        if (path !== undefined) throw noPairs(path);
        tell(
          'No group and no folder has two photos, so top-1, mAP and the thresholds are not measured. Give the items of the ' +
            'catalogue a "group" and build it again, or pass --groups FILE.',
        );
      }
      const result = await evaluated(engine, folder, items, rows, {
        ef,
        plots: page !== undefined,
      });
      if (page !== undefined) {
        const { renderEvalPage } = await import('../eval/page/page.ts');
        const html = renderEvalPage({ title: basename(resolve(folder)), ...result.page });
        await written(page, (path) => writeFile(path, html));
      }
      if (flag(parsed, 'json')) printJson({ ...summary(result), groupsFrom: from, ef, unknown });
      else print(...describe(result, ef));
    } finally {
      await engine.dispose();
    }
  },
};

async function written(path: string, write: (path: string) => Promise<void>): Promise<void> {
  try {
    await write(path);
  } catch (error) {
    const message = `--page ${path}: cannot be written: ${messageOf(error)}. Does the folder exist?`;
    throw new SoutuError('UsageError', message, { cause: error });
  }
}
