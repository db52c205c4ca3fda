/**
 * How long a visitor waits for a search with each kind of index, which decides `--index auto`. Estimated from what the build
 * knows, not timed, so that the same catalogue gets the same index on every machine.
 *
 * The speeds of browsers are those of Chromium 156 on a busy machine with 2 cores, with 20,000 vectors of 256 numbers
 * (`npm run bench -- index --only speeds`): reading the vectors took 132 ms, their codes 105 ms, links 27 ms; comparing all
 * vectors 9.6 ms, all codes 0.52 ms; following links at ef 64 1.03 and 0.33 ms; an index in parts, of which 132 kB were
 * loaded, 46 ms for the first search and 21 ms for one by another photo.
 */
import { FLAT_UP_TO } from '../../../engine/bundle-retriever.ts';

/** A fast phone: 20 Mbit/s, and 50 ms until a host answers. */
export const LINE = { megabits: 20, roundTripMs: 50 };
const BYTES_PER_MS = (LINE.megabits * 1e6) / 8 / 1000;

/** Milliseconds of a number of a vector. */
const READ = { vectors: 132 / (20_000 * 256), codes: 105 / (20_000 * 256) };
const COMPARE = { vectors: 9.6 / (20_000 * 256), codes: 0.52 / (20_000 * 256) };
/** Milliseconds of a node, whose links do not depend on the numbers of its vector. */
const READ_LINKS = 27 / 20_000;
/** Milliseconds of a search in 20,000 nodes of 256 numbers. Larger graphs take as many more steps as they have layers. */
const FOLLOW = { vectors: 1.03, codes: 0.33 };
const FOLLOWED = { nodes: 20_000, numbers: 256 };
/** Milliseconds of a byte. */
const READ_PARTS = { first: 46 / 132_000, next: 21 / 132_000 };

/** With brotli, as test/package/sizes.test.ts bounds them: codes 4.7 kB, the reader of graphs 4 kB, of parts 13 kB. */
const SCRIPT_BYTES = { vectors: 0, codes: 4700, links: 4000, parts: 13_000 };

/**
 * What a later search by another photo counts against the first one. It is a judgement, not a measurement. Visitors give up
 * while they wait for a first answer, which comes after the page and the model; later on they have hits to look at, and
 * waits below a second do not interrupt them. So four later searches weigh as much as the first, which
 * puts the border near 5,000 photos, where bytes alone had put it. With the real vectors of
 * 256 numbers of ../shared/data, codes in one file are ahead up to about 4,500 photos; they would be up to 3,700 if later searches
 * did not count, and up to 7,700 if each counted as the first one.
 */
export const NEXT_WEIGHT = 0.25;

/** Milliseconds that a visitor waits. */
export interface SearchTime {
  /** The first search, with nothing on the device but page and model. */
  readonly first: number;
  /** The next search, by another photo. */
  readonly next: number;
}

export interface CatalogueSize {
  readonly count: number;
  readonly dimension: number;
  /** Bytes of an item's id and attributes, which a whole index loads of all items. */
  readonly rowBytes: number;
}

/** What `auto` keeps small, in milliseconds of a first search. */
export const weighed = ({ first, next }: SearchTime): number => first + NEXT_WEIGHT * next;

/**
 * The times of an index that a first search downloads as a whole, and later ones have in memory.
 * @param bytes of the vectors, or of the codes with their space
 * @param linkBytes of the graph; null without one
 */
export function wholeTime(
  kind: 'vectors' | 'codes',
  { count, dimension, rowBytes }: CatalogueSize,
  bytes: number,
  linkBytes: number | null = null,
): SearchTime {
  // Readers compare all of so few.
  const follows = linkBytes !== null && count > FLAT_UP_TO;
  const links = follows ? linkBytes + SCRIPT_BYTES.links : 0;
  const loaded = bytes + rowBytes * count + SCRIPT_BYTES[kind] + links;
  const numbers = count * dimension;
  const next = follows
    ? (FOLLOW[kind] * dimension * Math.log(count)) / (FOLLOWED.numbers * Math.log(FOLLOWED.nodes))
    : numbers * COMPARE[kind];
  // The graph is asked for once the rest is there.
  const waits = (follows ? 2 : 1) * LINE.roundTripMs;
  const reads = numbers * READ[kind] + (follows ? count * READ_LINKS : 0);
  return { first: waits + loaded / BYTES_PER_MS + reads + next, next };
}

/** The fewest bytes of codes: of a number of a vector. At a recall of 0.95, real vectors take twice as many. */
const LEAST_CODE_BYTES = 1 / 8;

/** No codes of such a catalogue are faster. */
export function leastCodesTime(size: CatalogueSize): SearchTime {
  return wholeTime('codes', size, LEAST_CODE_BYTES * size.count * size.dimension);
}

/** What codes probably take, at a recall of 0.985: 110 bytes of 256 numbers (`npm run bench -- index --only bytes`). */
export function likelyCodesTime(size: CatalogueSize): SearchTime {
  return wholeTime('codes', size, (110 / 256) * size.count * size.dimension);
}

export interface ColdParts {
  /** All that a search with nothing on the device loads. */
  readonly bytes: number;
  /** Rounds of requests that wait for one another, after the root: for shards, then for fine files. */
  readonly waves: number;
}

/** The times of an index in parts. A search by another photo needs other shards; it has the root. */
export function partsTime({ bytes, waves }: ColdParts): SearchTime {
  const { roundTripMs } = LINE;
  const next = waves * roundTripMs + bytes / BYTES_PER_MS + bytes * READ_PARTS.next;
  const loaded = bytes + SCRIPT_BYTES.parts;
  return {
    first: (waves + 1) * roundTripMs + loaded / BYTES_PER_MS + bytes * READ_PARTS.first,
    next,
  };
}

/**
 * No index in parts is faster: a wave of shards, one of fine files, and of bytes only the root's basis, as small as they come.
 */
export function leastPartsTime({ dimension }: CatalogueSize): SearchTime {
  return partsTime({ bytes: LEAST_BASIS_BYTES * dimension ** 2, waves: 2 });
}

/** Bases take about 0.45 bytes a number, and fewer columns than the vectors have. */
const LEAST_BASIS_BYTES = 0.2;
