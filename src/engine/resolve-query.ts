/** Makes the vector that the index is searched with from a query. */
import type { CancelSignal, Query, QueryPart, SingleQuery } from '../core/contract.ts';
import { SoutuError } from '../core/errors.ts';
import type { RgbaImage } from '../core/image/pixels.ts';
import type { Region } from '../core/image/view.ts';
import type { DisplayItem } from '../core/item.ts';
import { checkParts } from '../core/search/check-parts.ts';
import { combined } from '../core/vector/combine.ts';
import { placed, type Space } from '../core/vector/space.ts';
import { checkVector } from './check-vector.ts';
import type { Retriever } from './retriever.ts';
import type { Embedded } from './running-model.ts';

export interface ResolvedQuery {
  /** Unit vector in the index's space. */
  readonly unit: Float32Array;
  /** The plain embedding of a single photo or vector. */
  readonly plain: Float32Array | null;
  /** The items in the query. */
  readonly own: readonly DisplayItem[];
  /** The parts of a query of several; null for a single one. */
  readonly parts: readonly QueryPart[] | null;
  /** Whether to search the index of small copies. */
  readonly soft: boolean;
  /** The last photo that was embedded. */
  readonly embedded: EmbeddedFrame | null;
}

export interface EmbeddedFrame extends Embedded {
  /** The region that was embedded, in fractions of the photo; null for the whole photo. */
  readonly frame: Region | null;
  /** Whether to search among small copies. */
  readonly soft: boolean;
  /** The things in the photo that are worth searching on their own, in fractions of the photo. */
  readonly subjects: readonly Region[];
}

interface ResolveParts {
  readonly retriever: Pick<Retriever, 'get' | 'dimension'>;
  /** What happens to plain vectors before they are compared. */
  readonly space: Space;
  /** @param trim whether to cut away borders */
  embed(photo: RgbaImage, trim: boolean): Promise<EmbeddedFrame>;
  readonly signal: CancelSignal | undefined;
}

/** @throws SoutuError `UsageError` for an unknown id, or for parts that cannot be combined; errors of `embed` */
export async function resolveQuery(query: Query, given: ResolveParts): Promise<ResolvedQuery> {
  if (!('several' in query)) {
    const { unit, plain, item, embedded } = await resolveSingle(query, given);
    const soft = embedded?.soft ?? isMarkedSoft(query);
    return { unit, plain, own: item ? [item] : [], parts: null, soft, embedded };
  }
  checkParts(query.several);
  const resolved: { single: ResolvedSingle; weight: number }[] = [];
  // One at a time: a photo's pixels take more memory than its vector.
  for (const { weight = 1, ...part } of query.several) {
    resolved.push({ single: await resolveSingle(part as SingleQuery, given), weight });
  }
  const items = resolved.flatMap(({ single: { item } }) => item ?? []);
  return {
    unit: combined(resolved.map(({ single: { unit }, weight }) => ({ unit, weight }))),
    plain: null,
    own: items,
    soft: false,
    parts: resolved.map(({ single: { plain, item }, weight }) => ({ weight, vector: plain, item })),
    embedded: resolved.findLast(({ single }) => single.embedded)?.single.embedded ?? null,
  };
}

function isMarkedSoft(query: SingleQuery): boolean {
  return 'vector' in query && query.soft === true;
}

interface ResolvedSingle {
  readonly unit: Float32Array;
  readonly plain: Float32Array | null;
  readonly item: DisplayItem | null;
  readonly embedded: EmbeddedFrame | null;
}

async function resolveSingle(
  query: SingleQuery,
  { retriever, space, embed, signal }: ResolveParts,
): Promise<ResolvedSingle> {
  if ('id' in query) {
    const own = await retriever.get(query.id, { signal });
    if (!own) {
      throw new SoutuError('UsageError', `No item has the id "${query.id}" in this bundle.`);
    }
    return { unit: own.vector, plain: null, item: own.item, embedded: null };
  }
  const embedded = 'photo' in query ? await embed(query.photo, query.trim ?? true) : null;
  signal?.throwIfAborted();
  const plain =
    embedded?.vector ??
    checkVector((query as { vector: Float32Array }).vector, retriever.dimension);
  return { unit: placed(plain, space), plain, item: null, embedded };
}
