/**
 * A language's texts as data, with `{placeholders}`. Texts with numbers have one form for each plural category of the
 * language (CLDR, as in `Intl.PluralRules`).
 */
import type { en } from './en.ts';

export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

/** The messages of a language: the keys of English, with the same kind of value. */
export type Messages = {
  readonly [Key in keyof typeof en]: (typeof en)[Key] extends string ? string : Plural;
};

/** The texts of an element; `busyProblem` only where a service searches (remote/remote-words.ts). */
export type ElementMessages = Messages & { readonly busyProblem?: string };

export type MessageKey = keyof Messages;

/** Replaces the placeholders of a text; a placeholder without a value stays unchanged. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place);
}
