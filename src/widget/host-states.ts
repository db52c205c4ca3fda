/** States of the element for the page's style sheet, as `soutu-search:state(searching)`. */
import { isSearching, type State } from './state.ts';

export class HostStates {
  readonly #states: CustomStateSet | undefined;

  constructor(host: HTMLElement) {
    // Safari has had custom states since 17.4.
    this.#states = host.attachInternals().states;
  }

  show(state: State): void {
    if (isSearching(state)) this.#states?.add('searching');
    else this.#states?.delete('searching');
  }
}
