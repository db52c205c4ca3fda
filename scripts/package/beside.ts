/**
 * Files that lie beside each other in the package and find each other by `import.meta.url`:
 *
 *     soutu.js, widget.js ──▶ worker.js ──▶ engines, threads (a script each) ──▶ WebAssembly
 *
 * Bundlers of other people copy what a module names by `new URL('./NAME', import.meta.url)`, each file for
 * itself and under another name. So every script here is whole, with no import of another, and the page's
 * script names all files; where they have moved, it tells the worker in the fragment of its address.
 */
import { basename, dirname, join } from 'node:path';
import type { Plugin } from 'vite';

const FILE = '\0beside:';
const MOVED = '\0beside-moved';
const WORKER = '\0beside-worker';

export const WORKER_FILE = 'worker.js';

/** Paths of source modules and of assets that have to lie beside, by their names there. */
export interface Beside {
  readonly modules: Map<string, string>;
  readonly assets: Map<string, string>;
}

/** For the scripts of the worker: notes what they load when it is needed, and has it looked up beside. */
export function loadFromBeside(beside: Beside): Plugin {
  return {
    name: 'soutu:load-from-beside',
    enforce: 'pre',
    async resolveId(source, importer) {
      if (source === MOVED) return MOVED;
      const [path = '', query] = source.split('?');
      if (query !== 'url' && query !== 'worker&url') return null;
      const found = await this.resolve(path, importer);
      if (!found) throw new Error(`${importer}: "${source}" is not there`);
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

/** All scripts of a worker see the same fragment, that of the worker's own address. */
const MOVED_CODE = `
const moved = new URLSearchParams(self.location.hash.slice(1));
export const fileBeside = (name) => moved.get(name) ?? new URL(name, import.meta.url).href;
`;

/** For the scripts of the page: where the worker lies, and what has moved. */
export function nameAllBeside(names: readonly string[]): Plugin {
  return {
    name: 'soutu:name-all-beside',
    enforce: 'pre',
    resolveId: (source) => (source.endsWith('/worker/main.ts?worker&url') ? WORKER : null),
    load: (id) => (id === WORKER ? workerCode(names) : null),
  };
}

function workerCode(names: readonly string[]): string {
  const files = names.map((name) => `  ${JSON.stringify(name)}: ${placeholder(name)},`);
  return `
const worker = ${placeholder(WORKER_FILE)};
const files = {
${files.join('\n')}
};
const moved = Object.entries(files).filter(([name, url]) => url.href !== new URL(name, worker).href);
worker.hash = new URLSearchParams(moved.map(([name, url]) => [name, url.href]));
export default worker.href;
`;
}

// Vite would put the file itself in place of a `new URL` now, where later bundlers have to find it.
const placeholder = (name: string) => `__SOUTU_BESIDE__(${JSON.stringify(name)})`;

export function withUrls(code: string): string {
  return code.replace(
    /__SOUTU_BESIDE__\((["'`])([\w.-]+)\1\)/g,
    (_, __, name: string) => `new URL("./${name}", import.meta.url)`,
  );
}
