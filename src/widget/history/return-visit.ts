/** Restores a search, and its scroll position, when the visitor comes back to the page or reloads it. */
import type { SearchFlow } from '../flow.ts';
import type { MarkOf } from '../recent/past-searches.ts';
import { FragmentRouter, type RouterHistory } from '../routing/router.ts';
import type { State } from '../state.ts';
import type { Subject } from '../subject.ts';
import { ScrollPlace } from './scroll-place.ts';

export interface ReturnVisitHost {
  readonly root: ShadowRoot;
  readonly find: RouterHistory['find'];
  /** Called with the subject of a search that is being repeated. */
  readonly onRestore: (subject: Subject | null, markOf: MarkOf) => void;
}

export class ReturnVisit {
  readonly #host: ReturnVisitHost;
  readonly #scroll: ScrollPlace;
  readonly #router: FragmentRouter;
  readonly #flow: SearchFlow;

  constructor(host: ReturnVisitHost, flow: SearchFlow) {
    this.#host = host;
    this.#flow = flow;
    this.#scroll = new ScrollPlace(() => this.#hits());
    this.#router = new FragmentRouter(
      {
        get state() {
          return flow.state;
        },
        find: (subject, refinement) => flow.find(subject, refinement),
        refine: (refinement) => flow.refine(refinement),
        reset: () => flow.reset(),
        preset: (refinement) => flow.preset(refinement),
        restore: (subject, saved, refinement) => {
          // Before the state changes: the recent queries omit the visible one.
          host.onRestore(subject, this.markOf);
          return flow.restore(subject, saved, refinement);
        },
      },
      {
        find: host.find,
        onReturn: (entry) => this.#scroll.expect(entry),
      },
    );
  }

  /** @param key the prefix of the element's parameters in the fragment; null disables routing */
  connect(key: string | null): void {
    this.#router.connect(key);
    this.#scroll.connect(() => this.#router.entry);
  }

  disconnect(): void {
    this.#router.disconnect();
    this.#scroll.disconnect();
  }

  /** Called after the state is visible. */
  update(state: State): void {
    this.#router.update(state);
    if (state.state === 'results') this.#scroll.arrive();
  }

  /** The photo's key in the history entries; null if it has none. */
  readonly markOf: MarkOf = (photo) => this.#router.markOf(photo);

  #hits(): (readonly [id: string, element: Element])[] {
    const { state } = this.#flow;
    if (state.state !== 'results') return [];
    const elements = [...this.#host.root.querySelectorAll('[part~=grid] > [part~=hit]')];
    return state.hits.flatMap(({ id }, i) => (elements[i] ? [[id, elements[i]] as const] : []));
  }
}
