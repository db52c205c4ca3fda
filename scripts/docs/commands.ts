/** Shell samples: each script and each command of ours exists, and knows the flags that the sample gives it. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Command } from '../../src/node/cli/command.ts';
import { at } from '../package/paths.ts';
import type { Sample } from './documents.ts';

/** How a sample may call the command line. */
const SOUTU = /^(?:npx soutu|soutu|npm run (?:-s )?soutu --)\s+/;

/** @returns a line for each command that would not run */
export async function wrongCommands(samples: readonly Sample[]): Promise<string[]> {
  const { scripts } = JSON.parse(await readFile(at('package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const wrong: string[] = [];
  for (const { code, where, language } of samples) {
    if (language !== 'sh') continue;
    for (const line of commandsOf(code)) {
      const script = /^npm run (?:-s )?([\w:-]+)/.exec(line)?.[1];
      if (script && !scripts[script]) wrong.push(`${where}: there is no script "${script}".`);
      if (SOUTU.test(line)) {
        wrong.push(...(await wrongFlags(line.replace(SOUTU, ''))).map((it) => `${where}: ${it}`));
      }
    }
  }
  return wrong;
}

/** Comments and line continuations resolved, chains taken apart. */
function commandsOf(code: string): string[] {
  return code
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .flatMap((line) => line.split(/\s*(?:&&|\||;)\s*/))
    .filter((line) => line !== '');
}

async function wrongFlags(call: string): Promise<string[]> {
  const [name = '', ...args] = call.split(/\s+/);
  if (name.startsWith('-')) return [];
  // A sample may stand for any command.
  if (/^[A-Z]+$/.test(name)) return [];
  if (!existsSync(at(`src/node/cli/${name}.ts`))) return [`there is no command "${name}".`];
  const { command } = (await import(at(`src/node/cli/${name}.ts`))) as { command?: Command };
  if (!command) return [`there is no command "${name}".`];
  return args
    .filter((arg) => arg.startsWith('--') && arg !== '--help')
    .map((arg) => arg.slice(2).split('=')[0] as string)
    .filter((flag) => !Object.hasOwn(command.options, flag))
    .map((flag) => `"soutu ${name}" knows no flag --${flag}.`);
}
