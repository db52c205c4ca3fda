/** What the element's attributes ask for. */

import { checkEngineChoice } from '../browser/engine-choice.ts';
import type { CreateSearchOptions } from '../client/api.ts';
import type { SearchOptions } from '../core/contract.ts';
import { SoutuError } from '../core/errors.ts';

export const DEFAULT_SIZE = 12;

export class Settings {
  readonly #element: HTMLElement;

  constructor(element: HTMLElement) {
    this.#element = element;
  }

  /** NaN for what is no number, null for an attribute that is not there. */
  number(attribute: string): number | null {
    const value = this.#element.getAttribute(attribute);
    return value === null ? null : value.trim() === '' ? Number.NaN : Number(value);
  }

  /** @throws SoutuError `UsageError` */
  options(): SearchOptions {
    const minScore = this.#checkedNumber('min-score');
    return {
      size: this.#checkedNumber('size') ?? DEFAULT_SIZE,
      facets: this.#facets(),
      ...(this.#element.hasAttribute('group') ? { group: true } : {}),
      ...(minScore === null ? {} : { minScore }),
    };
  }

  /** @throws SoutuError `UsageError` */
  searchOfItsOwn(): CreateSearchOptions {
    const bundle = this.#element.getAttribute('bundle');
    if (!bundle) {
      throw new SoutuError(
        'UsageError',
        '<soutu-search> has no catalogue: set its "bundle" attribute to the folder that `soutu build` wrote.',
      );
    }
    if (!URL.canParse(bundle, document.baseURI)) {
      throw new SoutuError(
        'UsageError',
        `<soutu-search>: "bundle" must be the URL of a folder, got "${bundle}".`,
      );
    }
    const maxPixels = this.#checkedNumber('max-pixels');
    const engine = this.#element.getAttribute('engine') ?? 'auto';
    return {
      bundle: this.base(),
      engine: checkEngineChoice(engine, '<soutu-search>: "engine"'),
      ...(maxPixels === null ? {} : { maxPixels }),
    };
  }

  /** Absolute URL of the bundle's folder, to which its pictures are relative. */
  base(): string {
    const bundle = this.#element.getAttribute('bundle');
    if (!bundle || !URL.canParse(bundle, document.baseURI)) return document.baseURI;
    const folder = new URL(bundle, document.baseURI);
    if (!folder.pathname.endsWith('/')) folder.pathname += '/';
    return folder.href;
  }

  /** The attributes by which the hits can be narrowed; `*` for all that divide the catalogue. */
  #facets(): string[] {
    const names = (this.#element.getAttribute('facets') ?? '*').split(',');
    return names.map((name) => name.trim()).filter((name) => name !== '');
  }

  #checkedNumber(attribute: string): number | null {
    const value = this.number(attribute);
    if (value === null || Number.isFinite(value)) return value;
    throw new SoutuError(
      'UsageError',
      `<soutu-search>: "${attribute}" must be a number, got "${this.#element.getAttribute(attribute)}".`,
    );
  }
}
