import type { Plugin } from 'vite';

const LOADED = /(?<=\bloadScript\()import\((['"]\.[^'"]+\.ts['"])\)/g;

/**
 * For the page's scripts, which are one file each: what their source loads on demand is in the file, too. As ordinary imports
 * those modules need no code that starts them later: 1.4 kB with brotli of widget.js.
 */
export function scriptsInside(): Plugin {
  return {
    name: 'soutu:scripts-inside',
    enforce: 'pre',
    transform: {
      filter: { id: /\/src\/(client|core|widget)\/.+\.ts$/ },
      handler(code) {
        const imports: string[] = [];
        const changed = code.replace(LOADED, (_, path) => {
          const name = `__inside${imports.length}`;
          imports.push(`import * as ${name} from ${path};`);
          return `Promise.resolve(${name})`;
        });
        return imports.length > 0 ? `${imports.join('\n')}\n${changed}` : null;
      },
    },
  };
}
