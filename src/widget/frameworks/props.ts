/** The attributes and properties that framework templates may set on `<soutu-search>`. */
import type { SoutuEventMap } from '../events.ts';
import type { PROPERTIES } from '../properties.ts';
import type { SoutuSearch } from '../soutu-search.ts';

export type SoutuProps = Partial<Pick<SoutuSearch, (typeof PROPERTIES)[number]>> & {
  readonly lang?: string;
  /** Attributes to filter by, separated by commas; default all text attributes with 2 to 50 distinct values. */
  readonly facets?: string;
  /** Does not change the page's URL. */
  readonly 'no-routing'?: boolean;
  /** `element`: accepts pictures dropped on the element only, not elsewhere on the page. */
  readonly drop?: 'element';
  /** `off`: recent queries are not saved, for shared devices. */
  readonly recent?: 'off';
  /** URL of the site's service worker; after the first successful search the page works offline. */
  readonly offline?: string;
};

export type SoutuListener<Type extends keyof SoutuEventMap> = (event: SoutuEventMap[Type]) => void;
