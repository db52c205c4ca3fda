/**
 * A language's sentences as data: texts with `{places}`, and for numbers one text for each of the
 * language's plural forms (CLDR, as `Intl.PluralRules` names them).
 */
import type { en } from './en.ts';

export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

/** Every key of English, texts as texts and plurals as plurals. */
export type Messages = {
  readonly [Key in keyof typeof en]: (typeof en)[Key] extends string ? string : Plural;
};

export type MessageKey = keyof Messages;

/** Puts values into the places of a text; a place without a value stays as it is. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place);
}
