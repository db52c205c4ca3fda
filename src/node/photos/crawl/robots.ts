/** `robots.txt` as RFC 9309 describes it: which paths of a host a crawler may ask for. */

/** The name of this crawler, to which hosts may address rules of their own. */
const CRAWLER = 'soutu';

/** RFC 9309, 2.5: what is behind it may be ignored. */
export const MAX_ROBOTS_BYTES = 500 * 1024;

interface Rule {
  readonly allows: boolean;
  readonly path: string;
}

export class RobotsRules {
  readonly #rules: readonly Rule[];

  private constructor(rules: readonly Rule[]) {
    this.#rules = rules;
  }

  static readonly ALL_ALLOWED = new RobotsRules([]);
  static readonly NONE_ALLOWED = new RobotsRules([{ allows: false, path: '/' }]);

  /** @param text a file, of which only the rules for `crawler` count; without any, those for `*` */
  static parse(text: string, crawler = CRAWLER): RobotsRules {
    const own: Rule[] = [];
    const others: Rule[] = [];
    let hasOwn = false;
    // The groups to which the lines belong; several names may stand above the same rules.
    let targets: Rule[][] = [];
    let isInRules = true;
    for (const line of text.replace(/^\ufeff/, '').split(/\r\n?|\n/)) {
      const [, name = '', value = ''] = /^\s*([\w-]+)\s*:\s*([^#]*)/.exec(line) ?? [];
      const field = name.toLowerCase();
      if (field === 'user-agent') {
        if (isInRules) targets = [];
        isInRules = false;
        const agent = value.trim().toLowerCase();
        if (agent === '*') targets.push(others);
        else if (/^[a-z_-]+/.exec(agent)?.[0] === crawler.toLowerCase()) {
          hasOwn = true;
          targets.push(own);
        }
      } else if (field === 'allow' || field === 'disallow') {
        isInRules = true;
        const path = value.trim();
        // An empty one says nothing.
        if (path === '') continue;
        for (const target of targets) target.push({ allows: field === 'allow', path });
      }
    }
    return new RobotsRules(hasOwn ? own : others);
  }

  /** The longest rule that fits decides; of two of one length, the one that allows. */
  allows(url: URL): boolean {
    if (url.pathname === '/robots.txt') return true;
    const path = normal(url.pathname + url.search);
    let best: Rule | null = null;
    for (const rule of this.#rules) {
      if (best && rule.path.length < best.path.length) continue;
      if (best && rule.path.length === best.path.length && !rule.allows) continue;
      if (fits(path, normal(rule.path))) best = rule;
    }
    return best?.allows ?? true;
  }
}

/** `*` stands for any characters, `$` at the end for the end of the path. */
function fits(path: string, rule: string): boolean {
  const isWhole = rule.endsWith('$');
  const parts = (isWhole ? rule.slice(0, -1) : rule).split('*');
  const [first = ''] = parts;
  if (!path.startsWith(first)) return false;
  let at = first.length;
  // Each part at its first place: a later place leaves less for the others. Not by a regular expression, which rules
  // with many stars would keep busy for hours.
  for (const [i, part] of parts.slice(1).entries()) {
    if (isWhole && i === parts.length - 2) {
      return path.length - part.length >= at && path.endsWith(part);
    }
    const place = path.indexOf(part, at);
    if (place === -1) return false;
    at = place + part.length;
  }
  return !isWhole || at === path.length;
}

/** Escapes of characters that need none are resolved, others are in capitals, so that both sides compare equal. */
function normal(path: string): string {
  return path
    .replace(/%[0-9a-f]{2}/gi, (code) => {
      const character = String.fromCharCode(Number.parseInt(code.slice(1), 16));
      return /[\w.~-]/.test(character) ? character : code.toUpperCase();
    })
    .replace(/[^\x21-\x7e]+/gu, (text) =>
      encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd')),
    );
}
