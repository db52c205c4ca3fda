/** The element's texts in one language: plain texts by key, and sentences with numbers. */

import { type AttributeInfo, labelOf } from '../../core/attribute-info.ts';
import { isPath, lastOf, levelsOf } from '../../core/attribute-path.ts';
import type { Notice, Thresholds } from '../../core/contract.ts';
import type { Region } from '../../core/image/view.ts';
import type { AttributeValue } from '../../core/item.ts';
import { ownEntry } from '../../core/own-entry.ts';
import type { Download, Step } from '../state.ts';
import { type ElementMessages, fill, type MessageKey, type Messages } from './messages.ts';
import { formatPrice } from './price.ts';
import { splitUnit, withUnit } from './units.ts';

type TextKey = { [Key in MessageKey]: Messages[Key] extends string ? Key : never }[MessageKey];
type PluralKey = Exclude<MessageKey, TextKey>;

const STEPS = {
  manifest: 'openingCatalogue',
  engine: 'gettingReady',
  photo: 'readingPhoto',
  embed: 'lookingAtPhoto',
  search: 'comparing',
} as const satisfies Record<Step, TextKey>;

/** attribute → the page's display name for it */
export type Labels = Readonly<Record<string, string>>;

/** Error name → a sentence for visitors; the error's own message is shown below it. */
const PROBLEMS: Partial<Record<string, TextKey>> = {
  PhotoError: 'photoProblem',
  NetworkError: 'networkProblem',
  BundleError: 'bundleProblem',
  ModelError: 'modelProblem',
  IndexError: 'bundleProblem',
  WorkerError: 'workerProblem',
  UsageError: 'usageProblem',
};

const NOTICES: Readonly<Record<Notice['code'], TextKey>> = {
  'photo-damaged': 'photoDamaged',
  'memory-only': 'memoryOnly',
  'engine-fallback': 'engineFallback',
  offline: 'offlineNotice',
  'server-failed': 'serverNotice',
  'index-partial': 'partialNotice',
  'details-partial': 'detailsNotice',
  'worker-restarted': 'workerRestarted',
};

/** The attribute that a build makes from the folders of photos. */
const FOLDER = 'folder';

/** Copies of one photo, resized or compressed again, reach this cosine. */
const SAME_PICTURE = 0.98;

/** Downloads below this size finish before the visitor could read the numbers. */
const SMALL_BYTES = 100_000;

export class Words {
  readonly language: string;
  readonly #messages: ElementMessages;
  readonly #labels: Labels;
  #thresholds: Thresholds = { match: SAME_PICTURE, related: -1 };
  #attributes: ReadonlyMap<string, AttributeInfo> = new Map();
  readonly #collator: Intl.Collator;
  readonly #list: Intl.ListFormat;
  readonly #plural: Intl.PluralRules;
  readonly #whole: Intl.NumberFormat;
  readonly #megabytes: Intl.NumberFormat;
  readonly #percent: Intl.NumberFormat;
  readonly #cosine: Intl.NumberFormat;

  /**
   * @param language BCP 47 language of the messages, also used for number formats
   * @param labels the page's display names for attributes
   */
  constructor(language: string, messages: ElementMessages, labels: Labels = {}) {
    this.language = language;
    this.#messages = messages;
    this.#labels = labels;
    this.#collator = new Intl.Collator(language, { numeric: true });
    this.#list = new Intl.ListFormat(language, { style: 'narrow', type: 'unit' });
    this.#plural = new Intl.PluralRules(language);
    this.#whole = new Intl.NumberFormat(language);
    this.#megabytes = decimals(language, 1);
    this.#cosine = decimals(language, 3);
    this.#percent = new Intl.NumberFormat(language, { style: 'percent' });
  }

  /** A text, with its placeholders replaced by values. */
  text(key: TextKey, values: Readonly<Record<string, string>> = {}): string {
    return fill(this.#messages[key] as string, values);
  }

  /** A text in the plural form for `n`. */
  count(key: PluralKey, n: number): string {
    const forms = this.#messages[key];
    return fill(forms[this.#plural.select(n)] ?? forms.other, { n: this.number(n) });
  }

  number(n: number): string {
    return this.#whole.format(n);
  }

  megabytes(bytes: number): string {
    return this.#megabytes.format(bytes / 1e6);
  }

  step(step: Step): string {
    return this.text(STEPS[step]);
  }

  /** Progress without numbers, for screen readers. */
  underWay({ step }: Download): string {
    return this.text(step === 'index' ? 'loadingIndex' : 'loadingModel');
  }

  download(download: Download): string {
    const { step, loaded, total, cached } = download;
    const isIndex = step === 'index';
    if (cached) return this.text(isIndex ? 'indexFromDevice' : 'modelFromDevice');
    if (total < SMALL_BYTES) return this.underWay(download);
    return this.text(isIndex ? 'loadingIndexBytes' : 'loadingModelBytes', {
      loaded: this.megabytes(loaded),
      total: this.megabytes(total),
    });
  }

  /** @param total null if unknown */
  visibleCount(visible: number, total: number | null): string {
    if (total === null) return this.count('shown', visible);
    return this.text('shownOf', { shown: this.number(visible), total: this.number(total) });
  }

  /** Uses the thresholds of the latest response. */
  setThresholds(thresholds: Thresholds): void {
    this.#thresholds = thresholds;
  }

  /** How similar a hit is, in words that agree with the divider between matches and other hits. */
  likeness(cosine: number): string {
    if (cosine >= SAME_PICTURE) return this.text('samePicture');
    if (cosine >= this.#thresholds.match) return this.text('verySimilar');
    return this.text(cosine >= this.#thresholds.related ? 'quiteSimilar' : 'littleSimilar');
  }

  percent(cosine: number): string {
    return this.#percent.format(Math.max(0, cosine));
  }

  alike(cosine: number): string {
    return this.text('alike', { percent: this.percent(cosine) });
  }

  cosine(cosine: number): string {
    return this.text('cosine', { cosine: this.#cosine.format(cosine) });
  }

  /** Uses the catalogue's labels and units, which arrive with its first response. */
  setAttributes(attributes: readonly AttributeInfo[] = []): void {
    this.#attributes = new Map(attributes.map((one) => [one.name, one]));
  }

  /** The display name of an attribute: the page's label, the catalogue's label, or the name without its unit. */
  attribute(name: string): string {
    if (Object.hasOwn(this.#labels, name)) return this.#labels[name] as string;
    const info = this.#attributes.get(name);
    const label = info && labelOf(info, this.language);
    if (label !== undefined) return label;
    const [plain] = splitUnit(name);
    return plain.charAt(0).toLocaleUpperCase(this.language) + plain.slice(1);
  }

  /** The unit of an attribute's numbers; null if it has none. */
  unit(name: string): string | null {
    return this.#attributes.get(name)?.unit ?? splitUnit(name)[1];
  }

  /** A number of an attribute, with its unit; `price` in the given currency. */
  figure(name: string, n: number, currency?: string): string {
    if (name === 'price') return this.price(n, currency);
    const unit = this.unit(name);
    return unit === null ? this.number(n) : withUnit(n, unit, this.language);
  }

  /** Whether the attribute has levels (core/attribute-path.ts). */
  isTree(name: string): boolean {
    return this.#attributes.get(name)?.levels ?? false;
  }

  /** A value of an attribute as a filter has it, as a text. Booleans become yes and no, levels a path. */
  value(name: string, value: string): string {
    if (this.#attributes.get(name)?.type === 'boolean') return this.yesNo(value === 'true');
    if (name !== FOLDER && !this.isTree(name)) return value;
    return levelsOf(value)
      .map((level) => this.levelName(name, level))
      .join(' › ');
  }

  /** The name of one level. Folders are named by people who avoid spaces: "oak_chairs" becomes "Oak chairs". */
  levelName(name: string, level: string): string {
    const last = lastOf(level);
    if (name !== FOLDER) return last;
    const said = last.replace(/[\s_-]+/g, ' ').trim() || last;
    const [first = ''] = said;
    return first.toLocaleUpperCase(this.language) + said.slice(first.length);
  }

  /** Any value of an attribute as a text. */
  attributeValue(name: string, value: AttributeValue): string {
    if (typeof value === 'number') return this.figure(name, value);
    if (typeof value === 'boolean') return this.yesNo(value);
    if (typeof value === 'string') return this.value(name, value);
    return this.isTree(name) && isPath(value)
      ? this.value(name, value.at(-1) ?? '')
      : value.join(', ');
  }

  /** The catalogue's colour for a value, as a CSS colour; null if it has none. */
  swatch(name: string, value: string): string | null {
    const { swatch = {} } = this.#attributes.get(name) ?? {};
    return ownEntry(swatch, value) ?? null;
  }

  yesNo(value: boolean): string {
    return this.text(value ? 'yes' : 'no');
  }

  /** The attributes of an item in the catalogue's order, which is the same for all items. */
  inOrder<T>(attributes: Readonly<Record<string, T>>): [name: string, value: T][] {
    const first = [...this.#attributes.keys()].filter((name) => Object.hasOwn(attributes, name));
    return [...new Set([...first, ...Object.keys(attributes)])].map((name) => [
      name,
      attributes[name] as T,
    ]);
  }

  order(attribute: string, order: 'asc' | 'desc'): string {
    const name = this.attribute(attribute);
    return this.text(order === 'asc' ? 'ascending' : 'descending', { name });
  }

  list(values: readonly string[]): string {
    return this.#list.format(values);
  }

  /** Compares strings by the language's collation, and digits by numeric value. */
  compare(a: string, b: string): number {
    return this.#collator.compare(a, b);
  }

  /** Describes the size and position of a region. */
  part({ left, top, width, height }: Region): string {
    const said = (fraction: number) => this.#percent.format(fraction);
    return this.text('cropStatus', {
      width: said(width),
      height: said(height),
      left: said(left),
      top: said(top),
    });
  }

  /** @param at milliseconds since 1970 */
  moment(at: number): string {
    const style = { dateStyle: 'medium', timeStyle: 'short' } as const;
    return new Intl.DateTimeFormat(this.language, style).format(at);
  }

  price(amount: number, currency: string | undefined): string {
    return formatPrice(amount, currency, this.language);
  }

  problem(code: string): string {
    const { busyProblem } = this.#messages;
    if (code === 'BusyError' && busyProblem) return busyProblem;
    return this.text(PROBLEMS[code] ?? 'otherProblem');
  }

  notice({ code, message, detail = '' }: Notice): string {
    // A newer worker may send codes that this release does not know.
    if (!Object.hasOwn(NOTICES, code)) return message;
    // "3/12" would be read aloud as a fraction.
    const [failed, asked] = detail.split('/') as [string, string];
    return this.text(NOTICES[code], { detail, failed, asked });
  }

  notAPhoto(name: string | undefined): string {
    return name ? this.text('notAPhotoFile', { name }) : this.text('notAPhoto');
  }
}

function decimals(language: string, digits: number): Intl.NumberFormat {
  return new Intl.NumberFormat(language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}
