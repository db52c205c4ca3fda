/** What is read from one page, before URLs are resolved. */
import type { Candidate } from './candidates.ts';

/** Where a picture is on its page. */
export type Area =
  | 'main'
  /** The header, navigation, footer or a sidebar of the page. */
  | 'header'
  | 'nav'
  | 'footer'
  | 'aside'
  /** Not in the page's text: Open Graph or JSON-LD. */
  | 'og'
  | 'json-ld';

/** What the owner's `data-soutu-…` attributes say. */
export interface Steering {
  readonly ignore: boolean;
  readonly id?: string;
  readonly group?: string;
  readonly title?: string;
  readonly url?: string;
  readonly attributes: ReadonlyMap<string, string>;
}

/** One picture in one place of a page. */
export interface Occurrence {
  /** In the order of the page, never empty. */
  readonly candidates: readonly Candidate[];
  readonly area: Area;
  readonly line: number;
  /** The text alternative; undefined if there is none, "" if the page calls the picture decoration. */
  readonly alt: string | undefined;
  readonly caption: string | undefined;
  /** The heading of the smallest <article>, <li> or <section> around it. */
  readonly heading: string | undefined;
  /** Where a click on it leads. */
  readonly link: string | undefined;
  /** The text of that link. */
  readonly linkText: string | undefined;
  /** `role="presentation"` or `aria-hidden="true"`, on it or around it. */
  readonly isPresentation: boolean;
  /** The width at which the page displays it, in CSS pixels; 0 if the page does not say. */
  readonly width: number;
  readonly height: number;
  /** Classes and id of the element, and of those close around it. */
  readonly names: string;
  readonly steering: Steering;
  /** What a picture in JSON-LD shows. */
  readonly product?: Product;
}

/** A `Product` or work of art that a page describes in JSON-LD. */
export interface Product {
  readonly images: readonly string[];
  readonly name: string | undefined;
  readonly url: string | undefined;
  readonly group: string | undefined;
  readonly price: number | undefined;
  readonly currency: string | undefined;
  /** In words, such as "in stock". */
  readonly availability: string | undefined;
  /** Brand, artist and the like, by the names that visitors see. */
  readonly attributes: ReadonlyMap<string, string>;
}

export interface PageFacts {
  /** Path below the site's folder, with `/`. */
  readonly path: string;
  readonly title: string | undefined;
  readonly heading: string | undefined;
  readonly lang: string | undefined;
  readonly base: string | undefined;
  readonly canonical: string | undefined;
  readonly ogUrl: string | undefined;
  readonly ogType: string | undefined;
  /** Why search engines must not show its pictures; null if they may. */
  readonly hidden: string | null;
  readonly pictures: readonly Occurrence[];
  /** Number of pictures that the page contains itself, as `data:` URLs. */
  readonly inline: number;
  readonly products: readonly Product[];
  /** All links of the page. */
  readonly links: readonly string[];
  /** Scripts in JSON-LD that are not JSON. */
  readonly brokenJson: number;
  /** Names of `data-soutu-…` attributes that mean nothing. */
  readonly unknown: readonly string[];
}
