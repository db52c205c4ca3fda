import type {
  NumberRange,
  SearchOptions,
  SearchResponse,
  SingleQuery,
  Weighted,
} from '../../core/contract.ts';
import { SoutuError } from '../../core/errors.ts';
import { DEFAULT_MAX_PIXELS } from '../../core/image/pixels.ts';
import { isValidRange } from '../../core/search/number-range.ts';
import { partWeights } from '../../core/search/rocchio.ts';
import { decodePhoto } from '../photos/decode.ts';
import { openEngine } from '../search/open-engine.ts';
import { aligned } from './aligned.ts';
import { type Command, flag, number, type Parsed, positionals, text } from './command.ts';
import { unknownFilterLines } from './query/unknown-filters.ts';
import { print, printJson, tell } from './terminal.ts';

export const command: Command = {
  help: `soutu query DIR PHOTO [PHOTO …]

Searches the site or bundle in DIR with a photo, or with several photos of one thing, with the same engine as the
page. Prints rank, score (cosine), id and title of each hit.

  --like ID         items that the hits should be like, too; with it, PHOTO may be left out. Can be repeated
  --less ID         items that the hits should be unlike. Can be repeated

  --size N          number of hits (default 10)
  --from N          hits to skip (default 0)
  --ef N            beam width of an HNSW search: larger is slower and misses less (default 64)
  --min-score S     omit photos with a lower score, -1 to 1 (default -1: omit none)
  --group           only the best hit of each group
  --list-copies     each copy of a picture as a hit of its own (default: only the best, with the number of the others)
  --filter A=V      only items whose attribute A is V. Repeat it for more attributes, or for more values of one
  --range A=N..M    only items whose attribute A is a number from N to M; N or M may be left out, as in price=..50
  --text WORDS      only items whose title and attributes contain the words
  --exact           compare all items, even if there is a graph
  --no-trim         search the whole photo. By default, its borders are cut away if the build did the same
  --max-pixels N    refuse a photo with more pixels (default ${DEFAULT_MAX_PIXELS})
  --json            print the whole response; "damage" says what is wrong with the photo, or is null`,

  options: {
    size: { type: 'string' },
    from: { type: 'string' },
    ef: { type: 'string' },
    'min-score': { type: 'string' },
    group: { type: 'boolean' },
    'list-copies': { type: 'boolean' },
    filter: { type: 'string', multiple: true },
    range: { type: 'string', multiple: true },
    text: { type: 'string' },
    like: { type: 'string', multiple: true },
    less: { type: 'string', multiple: true },
    exact: { type: 'boolean' },
    'no-trim': { type: 'boolean' },
    'max-pixels': { type: 'string' },
    json: { type: 'boolean' },
  },

  async run(parsed) {
    const liked = list(parsed, 'like');
    const disliked = list(parsed, 'less');
    const { length } = parsed.positionals;
    const isComplete = length > 2 || (length === 1 && liked.length > 0);
    const [folder = '', ...photos] = isComplete
      ? parsed.positionals
      : positionals(parsed, ['DIR', 'PHOTO']);
    const options = searchOptions(parsed);
    const maxPixels = number(parsed, 'max-pixels', { min: 1 }) ?? DEFAULT_MAX_PIXELS;
    const engine = await openEngine(folder);
    const { input } = engine.bundle.manifest.model;
    const weights = partWeights(photos.length, liked.length, disliked.length);
    const parts: Weighted<SingleQuery>[] = [];
    const damages: string[] = [];
    for (const photo of photos) {
      const { image, damage } = await decodePhoto(photo, maxPixels, input);
      if (damage) tell(`Damaged, used as far as it can be decoded: ${photo} (${damage})`);
      if (damage) damages.push(damage);
      parts.push({ photo: image, trim: !flag(parsed, 'no-trim'), weight: weights.photo });
    }
    for (const id of liked) parts.push({ id, weight: weights.liked });
    for (const id of disliked) parts.push({ id, weight: weights.disliked });
    const [only] = parts;
    const query = only && parts.length === 1 ? withoutWeight(only) : { several: parts };
    const response = await engine.search(query, options);
    if (flag(parsed, 'json')) {
      const numbers = (vector: Float32Array | null) => vector && Array.from(vector);
      printJson({
        ...response,
        vector: numbers(response.vector),
        parts: response.parts?.map((part) => ({ ...part, vector: numbers(part.vector) })) ?? null,
        damage: damages.join('; ') || null,
      });
    } else {
      printHits(response, options.from ?? 0);
      const { filter = {} } = options;
      tell(
        ...(await unknownFilterLines(query, filter, response, (again, more) =>
          engine.search(again, more),
        )),
      );
    }
    await engine.dispose();
  },
};

function list(parsed: Parsed, name: string): string[] {
  return (parsed.values[name] ?? []) as string[];
}

function withoutWeight({ weight: _, ...query }: Weighted<SingleQuery>): SingleQuery {
  return query as SingleQuery;
}

function searchOptions(parsed: Parsed): SearchOptions {
  const given = {
    size: number(parsed, 'size', { min: 1 }),
    from: number(parsed, 'from', { min: 0 }),
    ef: number(parsed, 'ef', { min: 1 }),
    minScore: number(parsed, 'min-score', { min: -1, max: 1, whole: false }),
  };
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return {
    ...set,
    group: flag(parsed, 'group'),
    foldCopies: !flag(parsed, 'list-copies'),
    exact: flag(parsed, 'exact'),
    filter: {
      ...parseFilter(list(parsed, 'filter')),
      ...Object.fromEntries(list(parsed, 'range').map(parseRange)),
    },
    text: text(parsed, 'text') ?? '',
  };
}

/** `folder=apples` → { folder: ['apples'] } */
export function parseFilter(conditions: readonly string[]): Record<string, string[]> {
  const filter = new Map<string, string[]>();
  for (const condition of conditions) {
    const at = condition.indexOf('=');
    if (at < 1) {
      throw new SoutuError(
        'UsageError',
        `--filter must be ATTRIBUTE=VALUE, as in --filter folder=apples; got "${condition}".`,
      );
    }
    const attribute = condition.slice(0, at);
    filter.set(attribute, [...(filter.get(attribute) ?? []), condition.slice(at + 1)]);
  }
  return Object.fromEntries(filter);
}

/** `price=10..50` → ['price', { gte: 10, lte: 50 }] */
function parseRange(condition: string): [attribute: string, range: NumberRange] {
  const [, attribute = '', from = '', to = ''] = /^([^=]+)=(.*?)\.\.(.*)$/s.exec(condition) ?? [];
  const range = {
    ...(from === '' ? {} : { gte: Number(from) }),
    ...(to === '' ? {} : { lte: Number(to) }),
  };
  if (attribute !== '' && isValidRange(range)) return [attribute, range];
  throw new SoutuError(
    'UsageError',
    `--range must be ATTRIBUTE=LOWEST..HIGHEST, as in --range price=10..50; got "${condition}".`,
  );
}

function printHits(response: SearchResponse, from: number) {
  const { hits, total, totalRelation, engine, timings, frame, notices } = response;
  for (const { message } of notices) tell(message);
  if (frame) {
    const percent = Math.round(100 * frame.width * frame.height);
    tell(
      `Borders were cut away; ${percent} % of the photo was searched. To search all of it: --no-trim`,
    );
  }
  print(...bandLines(response, from));
  const rows = hits.map((hit, i) => {
    const more = hit.more.length > 0 ? `(+${hit.more.length} more)` : '';
    const copies = hit.copies.length;
    const same = copies > 0 ? `(+${copies} ${copies === 1 ? 'copy' : 'copies'})` : '';
    const title = [hit.item.title, more, same].filter(Boolean).join('  ');
    return [String(from + i + 1).padStart(3), hit.score.toFixed(4), hit.id, title];
  });
  print(...aligned(rows));
  const next = from + hits.length;
  const hint = hits.length > 0 && next < total ? ` (the next ones: --from ${next})` : '';
  tell(
    `${totalRelation === 'gte' ? 'at least ' : ''}${total} ${total === 1 ? 'hit' : 'hits'}` +
      `${hint}; ${engine.index} index, ${engine.embedder}; embedding ${timings.embed.toFixed(0)} ms, ` +
      `search ${timings.search.toFixed(1)} ms`,
  );
}

/** Says how near the best hit is, in the words of the two thresholds. */
function bandLines(response: SearchResponse, from: number): string[] {
  const { hits, total, minScore, thresholds, bestScore, matches, matchesRelation } = response;
  if (hits.length === 0 && total > 0) {
    return [`No hits after the first ${from}: there are ${total}.`];
  }
  if (bestScore === null) {
    return minScore > -1
      ? [`No hits: no score reaches ${minScore.toFixed(3)}. Lower or omit --min-score.`]
      : ['No hits: no photo meets the filter.'];
  }
  const { match, related } = thresholds;
  if (bestScore < related) {
    return [
      `Nothing very similar here: no score reaches ${related.toFixed(3)}. The nearest photos:`,
    ];
  }
  if (matches === 0) {
    return [`No match: no score reaches ${match.toFixed(3)}. Similar photos:`];
  }
  const least = matchesRelation === 'gte' ? 'At least ' : '';
  return [
    `${least}${matches} likely ${matches === 1 ? 'match' : 'matches'} (a score of ${match.toFixed(3)} or more):`,
  ];
}
