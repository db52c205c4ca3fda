import type { SoutuConfig } from '../../config/config.ts';

export type Format = 'ts' | 'mjs' | 'json';

/** @param canImport whether the config may import Soutu; else a comment tells editors the type */
export function configText(config: SoutuConfig, format: Format, canImport: boolean): string {
  if (format === 'json') {
    const $schema = './node_modules/soutu/dist/schemas/config.json';
    return `${JSON.stringify({ $schema, ...config }, null, 2)}\n`;
  }
  const fields = Object.entries(config).map(([name, value]) => `  ${name}: ${literal(value)},`);
  const body = `{\n${fields.join('\n')}\n}`;
  const about = '// Options of "soutu build"; "npx soutu build --help" explains them.';
  if (canImport) {
    return `import { defineConfig } from 'soutu/node';\n\n${about}\nexport default defineConfig(${body});\n`;
  }
  return `${about}\n/** @type {import('soutu/node').SoutuConfig} */\nexport default ${body};\n`;
}

function literal(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  const escaped = JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${escaped}'`;
}
