/** The command line: finds the command, runs it, turns errors into one line and an exit code. */
import { parseArgs } from 'node:util';
import { messageOf, SoutuError } from '../../core/errors.ts';
import type { Command } from './command.ts';

const COMMANDS: Record<string, () => Promise<{ command: Command }>> = {
  build: () => import('./build.ts'),
  query: () => import('./query.ts'),
  embed: () => import('./embed.ts'),
  eval: () => import('./eval.ts'),
  preview: () => import('./preview.ts'),
  model: () => import('./model.ts'),
};

const HELP = `soutu: search by picture for static sites

  soutu build PHOTOS --out DIR    make a site (or only the bundle) from photos
  soutu preview DIR               serve it on this machine
  soutu query DIR PHOTO           search it from the command line
  soutu embed PHOTO...            print the vectors of photos
  soutu eval DIR --groups FILE    measure how well it finds
  soutu model pull vgg16          have true VGG16; convert, list, verify and remove models

  soutu COMMAND --help            all about one of them`;

process.exitCode = await main(process.argv.slice(2));

async function main([name, ...rest]: string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    (name === undefined ? console.error : console.log)(HELP);
    return name === undefined ? 2 : 0;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!load) {
    console.error(
      `soutu: no command "${name}"; expected one of ${Object.keys(COMMANDS).join(', ')}.`,
    );
    return 2;
  }
  const { command } = await load();
  if (rest.includes('--help') || rest.includes('-h')) {
    console.log(command.help);
    return 0;
  }
  try {
    await command.run(parse(command, rest));
    return 0;
  } catch (error) {
    // The system's own refusals (no space, no permission) say enough in one line; a fault of ours does not.
    const isOfSystem = error instanceof Error && 'syscall' in error;
    if (!(error instanceof SoutuError) && !isOfSystem) throw error;
    console.error(`soutu ${name}: ${messageOf(error)}`);
    return error.name === 'UsageError' ? 2 : 1;
  }
}

function parse(command: Command, args: string[]) {
  const { options } = command;
  try {
    return parseArgs({ args: joinNegative(args, options), options, allowPositionals: true });
  } catch (error) {
    // Node's own words name the flag; what it says on further lines is for programmers.
    const [line = ''] = messageOf(error).split(/\.\s/);
    throw new SoutuError('UsageError', `${line.replace(/\.$/, '')}. See --help.`, { cause: error });
  }
}

/** `--min-score -1` as `--min-score=-1`: parseArgs would take the number for a flag. */
function joinNegative(args: readonly string[], options: Command['options']): string[] {
  const out: string[] = [];
  for (const arg of args) {
    const before = out.at(-1) ?? '';
    const takesValue = before.startsWith('--') && options[before.slice(2)]?.type === 'string';
    if (takesValue && /^-[\d.]/.test(arg)) out[out.length - 1] = `${before}=${arg}`;
    else out.push(arg);
  }
  return out;
}
