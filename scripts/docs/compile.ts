/** Code samples: JavaScript and TypeScript are type-checked against the source, JSON is parsed. */
import ts from 'typescript';
import { at } from '../package/paths.ts';
import type { Sample } from './documents.ts';

/** Where imports of the package lead, as its `exports` do once it is built. */
const PACKAGE: Readonly<Record<string, string>> = {
  soutu: 'src/client/index.ts',
  'soutu/widget': 'src/widget/define.ts',
  'soutu/button': 'src/widget/button/define.ts',
  'soutu/similar': 'src/widget/similar/define.ts',
  'soutu/react': 'src/widget/frameworks/react.ts',
  'soutu/vue': 'src/widget/frameworks/vue.ts',
  'soutu/node': 'src/node/index.ts',
  'soutu/astro': 'src/node/plugins/astro.ts',
  'soutu/eleventy': 'src/node/plugins/eleventy.ts',
  'soutu/vite': 'src/node/plugins/vite.ts',
};

const SCRIPTS = new Set(['ts', 'tsx', 'js', 'jsx', 'mjs']);

/** @returns a line for each error of a sample */
export function sampleErrors(samples: readonly Sample[]): string[] {
  const checked = samples.filter(({ flags }) => !flags.includes('nocheck'));
  return [...checked.flatMap(jsonErrors), ...scriptErrors(checked.flatMap(scriptsOf))];
}

function jsonErrors({ language, code, where }: Sample): string[] {
  if (language !== 'json') return [];
  try {
    JSON.parse(code);
    return [];
  } catch (error) {
    return [`${where}: ${(error as Error).message}`];
  }
}

/** Of HTML the module scripts inside. */
function scriptsOf(sample: Sample): Sample[] {
  if (SCRIPTS.has(sample.language)) return [sample];
  if (sample.language !== 'html') return [];
  const scripts = sample.code.matchAll(/<script type="module">([\s\S]*?)<\/script>/g);
  return [...scripts].map(([, code = '']) => ({ ...sample, language: 'js', code }));
}

function scriptErrors(samples: readonly Sample[]): string[] {
  const files = new Map(
    samples.map((sample, i) => [at(`src/docs/sample-${i}.${sample.language}`), sample]),
  );
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    jsx: ts.JsxEmit.ReactJSX,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: ['node', 'vite/client'],
    paths: Object.fromEntries(Object.entries(PACKAGE).map(([name, path]) => [name, [at(path)]])),
    allowImportingTsExtensions: true,
    // Samples show what a page does with our package, not the types of everybody's build tools.
    allowJs: true,
    checkJs: true,
    strict: true,
    noImplicitAny: false,
    noEmit: true,
    skipLibCheck: true,
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path)?.code ?? readFile(path);
  host.getSourceFile = (path, version, ...rest) => {
    const code = files.get(path)?.code;
    // Each sample is a module of its own, even without an import.
    return code === undefined
      ? getSourceFile(path, version, ...rest)
      : ts.createSourceFile(path, `${code}\nexport {};`, version, true);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files].flatMap(([path, { where }]) => {
    const file = program.getSourceFile(path);
    const found = [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ];
    return found.map(({ messageText, start }) => {
      const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line : 0;
      const words = ts.flattenDiagnosticMessageText(messageText, ' ');
      return `${where}, line ${line + 1} of the sample: ${words}`;
    });
  });
}
