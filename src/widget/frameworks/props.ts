/** What templates of a framework may set on `<soutu-search>`. */
import type { SoutuEventMap } from '../events.ts';
import type { PROPERTIES } from '../properties.ts';
import type { SoutuSearch } from '../soutu-search.ts';

export type SoutuProps = Partial<Pick<SoutuSearch, (typeof PROPERTIES)[number]>> & {
  readonly lang?: string;
  /** Attributes to filter by, separated by commas; default all that divide the catalogue. */
  readonly facets?: string;
  /** Leaves the page's address alone. */
  readonly 'no-routing'?: boolean;
  /** `element`: takes only what is dropped on it, not what is dropped elsewhere in the page. */
  readonly drop?: 'element';
  /** `off`: recent queries are not saved, for shared devices. */
  readonly recent?: 'off';
  /** URL of the site's service worker: after the first answer the page works with no network. */
  readonly offline?: string;
};

export type SoutuListener<Type extends keyof SoutuEventMap> = (event: SoutuEventMap[Type]) => void;
