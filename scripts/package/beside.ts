/**
 * The package's browser files are in one folder and locate each other through `import.meta.url`:
 *
 *     widget.js ──▶ words-de.js, … (a language each), words-remote.js
 *     soutu.js, widget.js ──▶ worker.js ──▶ engines, threads (a script each) ──▶ WebAssembly
 *
 * Scripts of the worker are self-contained (they import no other), so a bundler can move the files one by one. bundler.ts
 * lists them for the bundler.
 */
import { basename, dirname, join } from 'node:path';
import type { Plugin } from 'vite';
import { at } from './paths.ts';

const FILE = '\0beside:';
const MOVED = '\0beside-moved';
const WORKER = '\0beside-worker';

export const WORKER_FILE = 'worker.js';

/** The name under which the page's scripts export `placeFiles` of src/client/worker/worker-place.ts. */
export const PLACE_FILES = '__placeFiles';
const PLACE = at('src/client/worker/worker-place.ts');

/** Source modules and assets that go into the folder: name in the folder → path in the repository. */
export interface Beside {
  readonly modules: Map<string, string>;
  readonly assets: Map<string, string>;
}

/** For the worker's scripts: collects the files that they load on demand and looks them up in the folder. */
export function loadFromBeside(beside: Beside): Plugin {
  return {
    name: 'soutu:load-from-beside',
    enforce: 'pre',
    async resolveId(source, importer) {
      if (source === MOVED) return MOVED;
      const [path = '', query] = source.split('?');
      if (query !== 'url' && query !== 'worker&url') return null;
      const found = await this.resolve(path, importer);
      if (!found) throw new Error(`${importer}: "${source}" does not exist`);
      const isScript = query === 'worker&url';
      const name = isScript ? `${basename(path, '.ts')}.js` : basename(found.id);
      (isScript ? beside.modules : beside.assets).set(name, found.id);
      return FILE + name;
    },
    load(id) {
      if (id === MOVED) return MOVED_CODE;
      if (!id.startsWith(FILE)) return null;
      const name = JSON.stringify(id.slice(FILE.length));
      return `import { fileBeside } from ${JSON.stringify(MOVED)};\nexport default fileBeside(${name});`;
    },
    transform: {
      filter: { id: /\/src\/worker\/.+\.ts$/ },
      handler(code, id) {
        let found = false;
        const changed = code.replace(
          /(?<!typeof\s+)import\(\s*['"]\.\/([\w-]+)\.ts['"]\s*\)/g,
          (_, name) => {
            found = true;
            beside.modules.set(`${name}.js`, join(dirname(id), `${name}.ts`));
            return `import(/* @vite-ignore */ fileBeside(${JSON.stringify(`${name}.js`)}))`;
          },
        );
        if (!found) return null;
        return `import { fileBeside } from ${JSON.stringify(MOVED)};\n${changed}`;
      },
    },
  };
}

/** All scripts of a worker see the same fragment: that of the worker's own URL. */
const MOVED_CODE = `
const moved = new URLSearchParams(self.location.hash.slice(1));
export const fileBeside = (name) => moved.get(name) ?? new URL(name, import.meta.url).href;
`;

/** For the page's scripts: replaces src/client/worker/worker-url.ts, and exports the function named `PLACE_FILES`. */
export function findWorkerBeside(entry: string): Plugin {
  return {
    name: 'soutu:find-worker-beside',
    enforce: 'pre',
    resolveId: (source) => (source.endsWith('/worker-url.ts') ? WORKER : null),
    load: (id) =>
      id === WORKER ? `export const workerUrl = () => ${placeholder(WORKER_FILE)};` : null,
    transform: (code, id) =>
      id === entry
        ? `${code}\nexport { placeFiles as ${PLACE_FILES} } from ${JSON.stringify(PLACE)};\n`
        : null,
  };
}

/** For the script of button mode: its import of the element becomes one of widget.js in its folder. */
export function loadWidgetBeside(entry: string): Plugin {
  return {
    name: 'soutu:load-widget-beside',
    enforce: 'pre',
    resolveId: (source, importer) =>
      importer === entry && source === '../define.ts'
        ? { id: './widget.js', external: true }
        : null,
  };
}

const LANGUAGES = at('src/widget/words/languages.ts');
const REMOTE_WORDS = at('src/widget/remote/load-remote-words.ts');

/**
 * For the element's script: each language but English becomes a script in its folder, which is loaded when the page has
 * that language. So do the words of elements with a search service. Nothing else is in them, so bundlers may move them like
 * any other chunk.
 * @param words receives name in the folder → path in the repository
 */
export function loadWordsBeside(words: Map<string, string>): Plugin {
  return {
    name: 'soutu:load-words-beside',
    enforce: 'pre',
    resolveId(source, importer) {
      const part = wordsIn(source, importer);
      if (part === null) return null;
      const name = `words-${part}.js`;
      words.set(name, join(dirname(importer as string), source));
      return { id: `./${name}`, external: true };
    },
  };
}

function wordsIn(source: string, importer: string | undefined): string | null {
  if (importer === REMOTE_WORDS) return source === './remote-words.ts' ? 'remote' : null;
  const language = /^\.\/([a-z]{2})\.ts$/.exec(source)?.[1];
  return importer !== LANGUAGES || language === undefined || language === 'en' ? null : language;
}

// Vite would already replace a `new URL` with the file, but the user's bundler must find it.
const placeholder = (name: string) => `__SOUTU_BESIDE__(${JSON.stringify(name)})`;

export function withUrls(code: string): string {
  return (
    code
      .replace(
        /__SOUTU_BESIDE__\((["'`])([\w.-]+)\1\)/g,
        (_, __, name: string) => `new URL("./${name}", import.meta.url)`,
      )
      // The minifier writes templates, which not every bundler follows.
      .replace(/import\(`(\.\/[\w-]+\.js)`\)/g, 'import("$1")')
  );
}
