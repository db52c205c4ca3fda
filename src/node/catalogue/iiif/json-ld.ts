/** Values of IIIF documents, of which versions 2 and 3 write each in several ways. */
import { isRecord } from '../../../core/check-record.ts';
import { parseHtml, textOf as textOfHtml } from '../site/html.ts';

export type Thing = Readonly<Record<string, unknown>>;

export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

export function thingsIn(value: unknown): readonly Thing[] {
  return listOf(value).filter(isRecord);
}

/** Version 3 writes `id` and `type`, version 2 `@id` and `@type`. */
export function idOf(thing: Thing): string | undefined {
  const id = thing.id ?? thing['@id'];
  return typeof id === 'string' && id !== '' ? id : undefined;
}

/** `sc:Manifest` and `Manifest` are the same. */
export function typeOf(thing: Thing): string {
  const [type] = listOf(thing.type ?? thing['@type']);
  return typeof type === 'string' ? type.replace(/^.*[:#/]/, '') : '';
}

/** The URL of a link: a text, or a thing with an id; the first of a list. */
export function linkOf(value: unknown): string | undefined {
  const [first] = listOf(value);
  if (typeof first === 'string') return first === '' ? undefined : first;
  return isRecord(first) ? idOf(first) : undefined;
}

/**
 * The texts of a label or value in one language: English if there is some, else without a language, else the first.
 *
 *     version 3   { "en": ["A vase"], "fr": ["Un vase"] }
 *     version 2   "A vase", { "@value": "Un vase", "@language": "fr" }, or a list of those
 */
export function textsOf(value: unknown): string[] {
  const texts = listOf(value).flatMap((one): { language: string; text: string }[] => {
    if (typeof one === 'string') return [{ language: 'none', text: one }];
    if (typeof one === 'number' || typeof one === 'boolean') {
      return [{ language: 'none', text: String(one) }];
    }
    if (!isRecord(one)) return [];
    if ('@value' in one) {
      const language = typeof one['@language'] === 'string' ? one['@language'] : 'none';
      return [{ language, text: String(one['@value']) }];
    }
    return Object.entries(one).flatMap(([language, list]) =>
      listOf(list).flatMap((text) => (typeof text === 'string' ? [{ language, text }] : [])),
    );
  });
  const languages = texts.map(({ language }) => language.toLowerCase());
  const best =
    languages.find((one) => one === 'en' || one.startsWith('en-')) ??
    languages.find((one) => one === 'none' || one === '@none') ??
    languages[0];
  return texts
    .filter(({ language }) => language.toLowerCase() === best)
    .map(({ text }) => plain(text))
    .filter((text) => text !== '');
}

/** The text without tags. In both versions of IIIF, a text is HTML if it begins with `<` and ends with `>`. */
function plain(text: string): string {
  return /^\s*<[\s\S]*>\s*$/.test(text) ? textOfHtml(parseHtml(text), 2000) : text;
}
