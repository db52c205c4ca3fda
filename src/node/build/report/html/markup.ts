/** HTML from templates in which every value is text, unless it is markup itself. */

export class Markup {
  readonly html: string;

  constructor(html: string) {
    this.html = html;
  }
}

export type Value = string | number | Markup | null | readonly Value[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** `html`<p title="${text}">${[markup, text]}</p>``; attributes must be quoted. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  const text = parts.reduce((all, part, i) => `${all}${markupOf(values[i - 1] ?? null)}${part}`);
  return new Markup(text);
}

function markupOf(value: Value): string {
  if (value === null) return '';
  if (value instanceof Markup) return value.html;
  if (typeof value === 'object') return value.map(markupOf).join('');
  return String(value).replace(/[&<>"']/g, (c) => ENTITIES[c] as string);
}
