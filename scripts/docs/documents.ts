/** The Markdown files that people read, taken apart into what can be checked. */
import { readFile } from 'node:fs/promises';
import GithubSlugger from 'github-slugger';
import { marked, type Token } from 'marked';
import { at } from '../package/paths.ts';

export interface Sample {
  /** The first word after the fence: `ts`, `html`, `sh` … */
  readonly language: string;
  /** Further words: `nocheck` exempts a sample that is no whole program. */
  readonly flags: readonly string[];
  readonly code: string;
  /** As `README.md:40`. */
  readonly where: string;
}

export interface Link {
  readonly href: string;
  readonly where: string;
}

export interface Document {
  /** Relative to the repository. */
  readonly path: string;
  readonly anchors: ReadonlySet<string>;
  readonly links: readonly Link[];
  readonly samples: readonly Sample[];
}

export async function readDocument(path: string): Promise<Document> {
  return parseDocument(path, await readFile(at(path), 'utf8'));
}

export function parseDocument(path: string, text: string): Document {
  const slugger = new GithubSlugger();
  const anchors = new Set<string>();
  const links: Link[] = [];
  const samples: Sample[] = [];
  let searched = 0;
  /** Tokens come in the order of the text, and each holds its own part of it. */
  const lineOf = (raw: string): string => {
    const found = text.indexOf(raw.split('\n', 1)[0] ?? '', searched);
    if (found >= 0) searched = found;
    return `${path}:${text.slice(0, searched).split('\n').length}`;
  };
  marked.walkTokens(marked.lexer(text), (token: Token) => {
    if (token.type === 'heading') anchors.add(slugger.slug(plain(token.tokens ?? [])));
    if (token.type === 'link' || token.type === 'image') {
      links.push({ href: token.href, where: lineOf(token.raw) });
    }
    if (token.type === 'code' && token.lang !== undefined) {
      const [language = '', ...flags] = token.lang.split(/\s+/);
      samples.push({ language, flags, code: token.text, where: lineOf(token.raw) });
    }
  });
  return { path, anchors, links, samples };
}

/** The words of a heading without its marks. */
function plain(tokens: readonly Token[]): string {
  return tokens
    .map((token) => ('tokens' in token && token.tokens ? plain(token.tokens) : token.raw))
    .join('')
    .replaceAll('`', '');
}
