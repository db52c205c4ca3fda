/** Makes the response to a query from its vector: the half of a search that is the same wherever the vectors are. */
import type { ReleaseManifest } from '../core/bundle/release-manifest.ts';
import type {
  CallOptions,
  CancelSignal,
  Hit,
  Notice,
  ScoredItem,
  SearchOptions,
  SearchResponse,
  Thresholds,
} from '../core/contract.ts';
import type { DisplayItem } from '../core/item.ts';
import { type CheckedOptions, checkOptions } from '../core/search/options.ts';
import { cosineOf, type Neighbour } from '../core/search/rank.ts';
import { sleep } from '../core/timeout.ts';
import { findPage } from './find-page.ts';
import type { ResolvedQuery } from './resolve-query.ts';
import type { FoundPage, Lack, Retriever } from './retriever.ts';
import type { Embedded } from './running-model.ts';

/** A search that ends sooner shows its hits at once: pictures that come and go would only distract. */
const FIRST_MS = 150;

/** The most items of a group in `more`, and of a picture in `copies`: a group may be half the catalogue. */
const MOST_MEMBERS = 100;

declare const performance: { now(): number };

export interface Searched {
  readonly retriever: Retriever;
  readonly thresholds: Thresholds;
  /** Whether the retriever has vectors of small copies. */
  readonly soft: boolean;
  readonly manifest: Pick<ReleaseManifest, 'model' | 'items'>;
}

/**
 * @param start of the search, in milliseconds of `performance`
 * @param embedded when the query had its vector
 */
export async function answer(
  resolved: ResolvedQuery,
  checked: CheckedOptions,
  { retriever, thresholds, soft, manifest }: Searched,
  { start, embedded }: { start: number; embedded: number },
  { signal, onFirstHits }: Pick<CallOptions, 'signal' | 'onFirstHits'> = {},
): Promise<SearchResponse> {
  const { unit, plain, own, parts, embedded: read } = resolved;
  const { attributes } = manifest.items;
  const respond = async (found: FoundPage): Promise<SearchResponse> => {
    const { hits, lack } = await displayed(found, checked.fields, retriever, signal);
    const end = performance.now();
    return {
      hits,
      total: found.total,
      totalRelation: found.totalRelation,
      matches: found.matches,
      matchesRelation: found.matchesRelation,
      bestScore: found.bestScore,
      thresholds,
      facets: found.facets,
      ranges: found.ranges,
      timings: { embed: embedded - start, search: end - embedded, total: end - start },
      engine: {
        index: found.engine,
        ...(read ? embedderIn(read) : { embedder: null }),
        ...(retriever.can.words === false ? { words: false } : {}),
      },
      model: manifest.model.name,
      minScore: checked.minScore,
      frame: parts ? null : (read?.frame ?? null),
      subjects: parts ? [] : (read?.subjects ?? []),
      vector: plain,
      soft,
      queryItem: parts ? null : (own[0] ?? null),
      parts,
      ...(attributes ? { attributes } : {}),
      notices: [
        ...(read ? embedderNotices(read) : []),
        ...lackNotices(found.lack),
        ...detailsNotices(lack),
      ],
    };
  };
  let isOver = false;
  /** A failure here is ignored: the answer itself follows, and fails in the same way. */
  const showFirst = async (look: () => Promise<FoundPage>) => {
    await sleep(Math.max(0, embedded + FIRST_MS - performance.now()));
    const first = isOver ? null : await respond(await look());
    if (!first || isOver) return;
    isOver = true;
    onFirstHits?.(first);
  };
  const onFirst =
    onFirstHits && checked.from === 0
      ? (look: () => Promise<FoundPage>) => void showFirst(look).catch(() => undefined)
      : undefined;
  try {
    return await respond(
      await findPage(retriever, unit, own, checked, thresholds, { signal, onFirst }),
    );
  } finally {
    isOver = true;
  }
}

/**
 * The options with their defaults, and with names in place of `*`.
 * @throws SoutuError `UsageError`
 */
export async function completeOptions(
  options: SearchOptions,
  retriever: Pick<Retriever, 'facets' | 'numeric'>,
): Promise<CheckedOptions> {
  const checked = checkOptions(options);
  const { facets, ranges } = checked;
  return {
    ...checked,
    facets: facets.includes('*') ? named(facets, await retriever.facets()) : facets,
    ranges: ranges.includes('*') ? named(ranges, await retriever.numeric()) : ranges,
  };
}

/** `*` stands for all attributes of the catalogue. */
function named(wanted: readonly string[], all: readonly string[]): string[] {
  return [...new Set([...wanted.filter((attribute) => attribute !== '*'), ...all])];
}

/** Loads the display data of one page of hits, as far as it did not come with the rows. */
async function displayed(
  { page: ranked, items: known = new Map() }: Pick<FoundPage, 'page' | 'items'>,
  fields: CheckedOptions['fields'],
  retriever: Retriever,
  signal?: CancelSignal,
): Promise<{ hits: Hit[]; lack: Lack | null }> {
  const page = ranked.map(({ best, more, copies }) => ({
    best,
    more: more.slice(0, MOST_MEMBERS),
    copies: copies.slice(0, MOST_MEMBERS),
  }));
  const ids = page.flatMap(({ best, more, copies }) =>
    [best, ...more, ...copies].map(({ row }) => row.id),
  );
  let reason = '';
  const onLack = (lack: Lack) => {
    reason ||= lack.reason;
  };
  const others = ids.filter((id) => !known.has(id));
  const loaded = others.length > 0 ? await retriever.items(others, { signal, onLack }) : [];
  const items = new Map<string, DisplayItem>(known);
  for (const item of loaded) items.set(item.id, item);
  const scored = (neighbour: Neighbour): ScoredItem => {
    const { id } = neighbour.row;
    return { id, score: cosineOf(neighbour), item: pick(items.get(id) as DisplayItem, fields) };
  };
  const hits = page.map(({ best, more, copies }) =>
    Object.assign(scored(best), {
      more: more.map(scored),
      copies: copies.map(scored),
      group: best.row.group,
    }),
  );
  const isBare = ({ row }: Neighbour) => items.get(row.id)?.image === undefined;
  const bare = page.filter(({ best, more, copies }) => [best, ...more, ...copies].some(isBare));
  return { hits, lack: reason ? { failed: bare.length, asked: page.length, reason } : null };
}

function pick(item: DisplayItem, fields: CheckedOptions['fields']): ScoredItem['item'] {
  if (!fields) return item;
  const wanted = Object.entries(item).filter(([key]) =>
    (fields as readonly string[]).includes(key),
  );
  return { ...Object.fromEntries(wanted), id: item.id };
}

/** The engine that embedded a photo, for the response. */
export function embedderIn({
  engine,
  threadsPerPhoto: threads = 1,
}: Embedded): Pick<SearchResponse['engine'], 'embedder' | 'threads'> {
  return { embedder: engine, ...(threads > 1 ? { threads } : {}) };
}

/** Some of the index could not be read, so that hits may be missing. */
function lackNotices(lack: Lack | null | undefined): Notice[] {
  if (!lack) return [];
  const detail = `${lack.failed}/${lack.asked}`;
  const message =
    `Part of the catalogue could not be searched: ${detail} of its ${lack.what ?? 'index files'} could not be read. ` +
    `(${lack.reason})`;
  return [{ code: 'index-partial', message, detail }];
}

/** Hits are shown with what is known of them. */
function detailsNotices(lack: Lack | null): Notice[] {
  if (!lack) return [];
  const detail = `${lack.failed}/${lack.asked}`;
  const message = `The pictures and titles of ${detail} results could not be loaded. (${lack.reason})`;
  return [{ code: 'details-partial', message, detail }];
}

/** Why the preferred engines did not embed a photo. */
export function embedderNotices({ failures }: Embedded): Notice[] {
  return failures.map((reason) => ({
    code: 'engine-fallback',
    message: `The first choice of engine cannot run here, the photo was read by another one. (${reason})`,
  }));
}
