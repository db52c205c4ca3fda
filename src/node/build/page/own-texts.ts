/** The words of a page as options of the build give them: folders, tables, feeds and databases cannot. */
import { describe } from '../../../core/describe.ts';
import { SoutuError } from '../../../core/errors.ts';
import { isLanguage } from '../../catalogue/language.ts';
import type { PageTexts } from '../../catalogue/page-texts.ts';

/** The options of a build that are words of its page. */
export interface OwnTexts {
  readonly title?: string;
  readonly subtitle?: string;
  readonly note?: string;
  readonly lang?: string;
}

export const TEXT_OPTIONS = [
  'title',
  'subtitle',
  'note',
  'lang',
] as const satisfies readonly (keyof OwnTexts)[];

/** @throws SoutuError `UsageError` */
export function checkTexts(options: OwnTexts): void {
  for (const name of TEXT_OPTIONS) {
    const value: unknown = options[name];
    if (value === undefined || (typeof value === 'string' && value !== '')) continue;
    throw new SoutuError(
      'UsageError',
      `build: "${name}" must be a text that is not empty, got ${describe(value)}.`,
    );
  }
  if (options.lang === undefined || isLanguage(options.lang)) return;
  throw new SoutuError(
    'UsageError',
    `build: "lang" must be a language as in "de" or "zh-Hant", got ${describe(options.lang)}.`,
  );
}

/** The words of the catalogue, and over them those of the options. */
export function withOwnTexts(texts: PageTexts, options: OwnTexts): PageTexts {
  const { title = texts.title, subtitle = texts.subtitle, note = texts.note } = options;
  return { ...texts, title, subtitle, note, lang: options.lang ?? texts.lang };
}
