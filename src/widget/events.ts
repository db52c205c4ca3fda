/** The events of `<soutu-search>`, which listeners on it or on any ancestor receive. */
import type { SearchResponse } from '../core/contract.ts';

export interface SoutuEventMap {
  'soutu-results': CustomEvent<SearchResponse>;
  'soutu-error': CustomEvent<Error>;
  'soutu-offline': CustomEvent<{ readonly kept: boolean; readonly error?: Error }>;
}

declare global {
  interface GlobalEventHandlersEventMap extends SoutuEventMap {}
}
