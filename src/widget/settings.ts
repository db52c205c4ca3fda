/** Reads and validates the element's attributes. */

import { checkEngineChoice } from '../browser/engine-choice.ts';
import { isUrl } from '../browser/parse-url.ts';
import type { CreateSearchOptions } from '../client/api.ts';
import { ABOVE_ZERO, type Rule } from '../core/check-record.ts';
import type { SearchOptions } from '../core/contract.ts';
import { SoutuError } from '../core/errors.ts';
import { SEARCH_RULES } from '../core/search/options.ts';
import { DEFAULT_SIZE, numberAttribute } from './attributes.ts';

export class Settings {
  readonly #element: HTMLElement;

  constructor(element: HTMLElement) {
    this.#element = element;
  }

  number(attribute: string): number | null {
    return numberAttribute(this.#element, attribute);
  }

  /** @throws SoutuError `UsageError` */
  options(): SearchOptions {
    this.#checkNames();
    const minScore = this.#checkedNumber('min-score', SEARCH_RULES.minScore);
    return {
      size: this.#checkedNumber('size', SEARCH_RULES.size) ?? DEFAULT_SIZE,
      facets: this.#facets(),
      ranges: this.#facets(),
      ...(this.#element.hasAttribute('group') ? { group: true } : {}),
      ...(this.#element.hasAttribute('list-copies') ? { foldCopies: false } : {}),
      ...(minScore === null ? {} : { minScore }),
    };
  }

  /** @throws SoutuError `UsageError` */
  searchOfItsOwn(): CreateSearchOptions {
    const bundle = this.#element.getAttribute('bundle');
    const bundles = this.bundles();
    if (!bundle && bundles.length === 0) {
      throw new SoutuError(
        'UsageError',
        '<soutu-search> has no catalogue: set its "bundle" attribute to the folder that `soutu build` wrote.',
      );
    }
    for (const one of bundle ? [bundle] : bundles) {
      if (isUrl(one, document.baseURI)) continue;
      throw new SoutuError(
        'UsageError',
        `<soutu-search>: "${bundle ? 'bundle' : 'bundles'}" must be the URL of a folder, got "${one}".`,
      );
    }
    const remote = this.#element.getAttribute('remote');
    const mirrors = this.#urls('mirrors');
    const maxPixels = this.#checkedNumber('max-pixels', ABOVE_ZERO);
    const assets = this.#element.getAttribute('assets');
    const engine = this.#element.getAttribute('engine') ?? 'auto';
    return {
      ...(bundle ? { bundle: this.base() } : { bundles }),
      engine: checkEngineChoice(engine, '<soutu-search>: "engine"'),
      // What is no URL is refused, not searched on the device.
      ...(remote ? { remote } : {}),
      ...(mirrors.length > 0 ? { mirrors } : {}),
      ...(assets === null ? {} : { assets }),
      ...(maxPixels === null ? {} : { maxPixels }),
    };
  }

  /** Several bundles that are searched together, as they are given; `bundle` wins over them. */
  bundles(): readonly string[] {
    return this.#urls('bundles');
  }

  #urls(attribute: string): readonly string[] {
    return (this.#element.getAttribute(attribute) ?? '').split(/\s+/).filter((url) => url !== '');
  }

  /** Absolute URL of the bundle's folder, the base of its picture URLs; of several bundles, those are absolute. */
  base(): string {
    const bundle = this.#element.getAttribute('bundle') || this.bundles()[0];
    if (!bundle || !isUrl(bundle, document.baseURI)) return document.baseURI;
    const folder = new URL(bundle, document.baseURI);
    if (!folder.pathname.endsWith('/')) folder.pathname += '/';
    return folder.href;
  }

  /** Absolute URL of the service that searches; null if there is none, or if it is no URL. */
  remote(): string | null {
    const remote = this.#element.getAttribute('remote');
    if (!remote || !isUrl(remote, document.baseURI)) return null;
    return new URL(remote, document.baseURI).href;
  }

  /** The attributes to filter by; `*` for all text attributes with 2 to 50 distinct values, and all numeric ones. */
  #facets(): string[] {
    const names = (this.#element.getAttribute('facets') ?? '*').split(',');
    return names.map((name) => name.trim()).filter((name) => name !== '');
  }

  #checkedNumber(attribute: string, [accepts, words]: Rule): number | null {
    const value = this.number(attribute);
    if (value === null || accepts(value)) return value;
    throw new SoutuError(
      'UsageError',
      `<soutu-search>: "${attribute}" must be ${words}, got "${this.#element.getAttribute(attribute)}".`,
    );
  }

  /** Rejects misspellings such as `minscore` for `min-score`; other unknown attributes may be the page's own. */
  #checkNames(): void {
    for (const name of this.#element.getAttributeNames()) {
      const meant = COMPOUND_NAMES.find((one) => one !== name && plain(one) === plain(name));
      if (!meant) continue;
      throw new SoutuError(
        'UsageError',
        `<soutu-search> has no attribute "${name}". Did you mean "${meant}"?`,
      );
    }
  }
}

const COMPOUND_NAMES = ['min-score', 'max-pixels', 'no-routing'];

function plain(name: string): string {
  return name.replace(/[-_]/g, '');
}
