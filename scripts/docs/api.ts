/**
 * Writes src/docs/api.md from the declarations that `tsc -b` made: every export of the package's entries, with
 * the comments of the source. `npm run docs`; `npm run check` fails if the file is not up to date.
 */
import { relative } from 'node:path';
import ts from 'typescript';
import { at } from '../package/paths.ts';

interface Entry {
  readonly name: string;
  readonly declarations: string;
  readonly about: string;
}

const ENTRIES: readonly Entry[] = [
  {
    name: 'soutu',
    declarations: '.tsbuild/src/client/index.d.ts',
    about: 'For pages that bring their own interface: a search without an element.',
  },
  {
    name: 'soutu/widget',
    declarations: '.tsbuild/src/widget/define.d.ts',
    about:
      'Importing it defines `<soutu-search>`. Attributes, events, slots and parts: [guide](guide.md).',
  },
  {
    name: 'soutu/button',
    declarations: '.tsbuild/src/widget/button/define.d.ts',
    about:
      'Importing it defines `<soutu-search>` for button mode: [guide](guide.md#a-button-in-a-search-bar).',
  },
  {
    name: 'soutu/node',
    declarations: '.tsbuild/src/node/index.d.ts',
    about: 'The build as a function, for the scripts of a site.',
  },
];

export const API_PAGE = 'src/docs/api.md';

/** @returns the page's text */
export function apiPage(): string {
  const program = ts.createProgram(
    ENTRIES.map(({ declarations }) => at(declarations)),
    {
      allowImportingTsExtensions: true,
      noEmit: true,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      module: ts.ModuleKind.ESNext,
      skipLibCheck: true,
    },
  );
  const checker = program.getTypeChecker();
  const seen = new Set<ts.Symbol>();
  const sections = ENTRIES.map((entry) => {
    const file = program.getSourceFile(at(entry.declarations));
    const module = file && checker.getSymbolAtLocation(file);
    if (!module) throw new Error(`${entry.declarations} is missing. Run: npx tsc -b`);
    const parts = checker
      .getExportsOfModule(module)
      .map((symbol) => exported(symbol, checker))
      .filter(({ symbol }) => !seen.has(symbol) && seen.add(symbol))
      .map(({ name, symbol }) => `### ${name}\n\n\`\`\`ts nocheck\n${textOf(symbol)}\n\`\`\`\n`);
    return `## \`${entry.name}\`\n\n${entry.about}\n\n${parts.join('\n')}`;
  });
  return `${HEADER}\n${sections.join('\n')}`;
}

const HEADER = `# API

<!-- Generated from the types by \`npm run docs\`; change the comments in the source instead. -->
`;

function exported(symbol: ts.Symbol, checker: ts.TypeChecker) {
  const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
  return { name: symbol.name, symbol: isAlias ? checker.getAliasedSymbol(symbol) : symbol };
}

/** The declarations of a symbol as they stand in the declaration file, comments included. */
function textOf(symbol: ts.Symbol): string {
  const texts = (symbol.declarations ?? []).map((declaration) => {
    const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
    const file = node.getSourceFile();
    const comments = ts.getLeadingCommentRanges(file.text, node.getFullStart()) ?? [];
    const start = comments.at(-1)?.pos ?? node.getStart();
    if (file.fileName.includes('node_modules')) {
      throw new Error(`${symbol.name} is declared in ${relative(at('.'), file.fileName)}`);
    }
    return file.text
      .slice(start, node.getEnd())
      .replace(/^export (declare )?/gm, '')
      .trim();
  });
  return texts.join('\n\n');
}
