import type { HnswGraph } from '../core/bundle/hnsw-graph.ts';
import { lazy } from '../core/lazy.ts';
import { loadScript } from '../core/load-script.ts';
import type { ScanRetriever } from './flat-retriever.ts';
import type { Call, Nearest, Retriever, Wanted } from './retriever.ts';

/** Up to this many rows a scan is as fast as a graph, and the graph is not downloaded. */
export const FLAT_UP_TO = 5000;

/** The index of a bundle: uses the graph if that is faster, otherwise a scan. The graph is loaded on first use. */
export class BundleRetriever implements Retriever {
  readonly count: number;
  readonly dimension: number;
  readonly can;
  readonly hasCopies: boolean;
  /** Compares all rows. */
  readonly flat: ScanRetriever;
  readonly #flatUpTo: number;
  readonly #hnsw;

  /** @param readGraph null if the bundle has no graph */
  constructor(
    flat: ScanRetriever,
    readGraph: () => Promise<HnswGraph | null>,
    flatUpTo = FLAT_UP_TO,
  ) {
    this.count = flat.count;
    this.dimension = flat.dimension;
    this.can = flat.can;
    this.hasCopies = flat.hasCopies;
    this.flat = flat;
    this.#flatUpTo = flatUpTo;
    this.#hnsw = lazy(async () => {
      const [graph, { HnswRetriever }] = await Promise.all([
        readGraph(),
        loadScript(import('./hnsw/hnsw-retriever.ts')),
      ]);
      return graph && new HnswRetriever(flat, graph);
    });
  }

  async nearest(unit: Float32Array, wanted: Wanted, call?: Call): Promise<Nearest> {
    await this.flat.table.prepareText(wanted.text ?? '');
    const hnsw = this.#isWorthAGraph(wanted) ? await this.#hnsw() : null;
    return (hnsw ?? this.flat).nearest(unit, wanted, call);
  }

  get(id: string, call?: Call) {
    return this.flat.get(id, call);
  }

  items(ids: readonly string[], call?: Call) {
    return this.flat.items(ids, call);
  }

  facets() {
    return this.flat.facets();
  }

  numeric() {
    return this.flat.numeric();
  }

  dispose(): void {
    this.flat.dispose();
  }

  #isWorthAGraph({ k, ef, exact, filter, text = '' }: Wanted): boolean {
    if (exact || this.count <= this.#flatUpTo) return false;
    // A beam this wide visits most of the graph, which is slower than a scan.
    if (Math.max(k, ef) * 4 > this.count) return false;
    const matches = this.flat.table.matching(filter, text);
    return matches === null || matches.count > this.#flatUpTo;
  }
}
