/**
 * Refuses queries that do more than read, before they are sent. The server refuses writes, too, as the transaction is
 * read-only; this check also catches what such a transaction allows (files of the server, a second statement).
 */
import { describe } from '../../../core/describe.ts';
import { SoutuError } from '../../../core/errors.ts';

/** Quoted parts, comments, words, and single signs, as each database reads them. */
const PARTS = {
  mysql:
    /'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"|`(?:[^`]|``)*`|--(?=\s|$)[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/|[\p{L}\p{N}_$@]+|[\s\S]/gu,
  postgres:
    /[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([\p{L}_][\p{L}\p{N}_]*)?\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\/|[\p{L}\p{N}_$]+|[\s\S]/gu,
  sqlite:
    /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?\*\/|[\p{L}\p{N}_$@]+|[\s\S]/gu,
} as const;

/** The query runs once for each page. */
const RANDOM = ['RAND', 'RANDOM', 'UUID', 'GEN_RANDOM_UUID'];

const CHANGES = ['INSERT', 'UPDATE', 'DELETE', 'MERGE', 'TRUNCATE', 'CREATE', 'DROP', 'ALTER'];

/**
 * @returns the query without its last semicolon
 * @throws SoutuError `UsageError`
 */
export function checkQuery(query: string, kind: keyof typeof PARTS): string {
  const refuse = (what: string): never => {
    throw new SoutuError('UsageError', `--query: ${what}`);
  };
  const parts: string[] = query.match(PARTS[kind]) ?? [];
  const isCode = (part: string) => !/^(\s|--.|--$|#.|\/\*(?!!))/.test(part);
  while (parts.length > 0 && (parts.at(-1) === ';' || !isCode(parts.at(-1) as string))) parts.pop();
  const code = parts.filter(isCode);
  const [first = ''] = code.filter((part) => part !== '(');
  if (code.length === 0) refuse('expected SELECT ... or WITH ... SELECT, got nothing.');
  if (!/^(select|with)$/i.test(first)) {
    refuse(
      `expected SELECT ... or WITH ... SELECT, which only read, got ${describe(query.trim().slice(0, 40))}.`,
    );
  }
  let depth = 0;
  for (const [i, part] of code.entries()) {
    const word = part.toUpperCase();
    const before = code[i - 1]?.toUpperCase();
    if (part === '(') depth++;
    if (part === ')' && --depth < 0) refuse('it has a ")" without a "(".');
    if (part === ';') refuse('expected one statement, got a ";" within it.');
    if (/^['"`]$/.test(part) || (part === '/' && code[i + 1] === '*')) {
      refuse(`it has a ${part === '/' ? 'comment' : 'quote'} that is never closed.`);
    }
    if (part.startsWith('/*!')) refuse('it has a comment that MySQL runs ("/*!"). Leave it out.');
    if (word === 'INTO') refuse('INTO writes, and a build only reads. Remove it.');
    if (before === '(' && CHANGES.includes(word) && code[i + 1] !== '(') {
      refuse(`${word} writes. Expected a query that only reads.`);
    }
    if (RANDOM.includes(word) && code[i + 1] === '(') {
      refuse(
        `${word} gives other rows for each page. Leave it out, or build from a table with its results.`,
      );
    }
    if (before === 'FOR' && /^(UPDATE|SHARE|NO|KEY)$/.test(word)) {
      refuse(`FOR ${word} locks rows. Leave it out; the build reads without locks.`);
    }
  }
  if (depth > 0) refuse('it has a "(" that is never closed.');
  return parts.join('').trim();
}
