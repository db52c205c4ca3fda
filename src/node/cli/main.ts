/** The command line: finds the command, runs it, turns errors into one line and an exit code. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type ErrorCode, messageOf, SoutuError } from '../../core/errors.ts';
import { nearestOption } from '../files/nearest-option.ts';
import { inPackage } from '../files/package-root.ts';
import type { Command } from './command.ts';
import { COMMANDS } from './commands.ts';
import { endWithPipe, print, tell } from './terminal.ts';

const COLUMN = 26;
const usageLine = (usage: string, about: string) => `  soutu ${usage.padEnd(COLUMN)}${about}`;

const HELP = `soutu: search by picture for websites

${[...COMMANDS.values()].map(({ usage, about }) => usageLine(usage, about)).join('\n')}

${usageLine('COMMAND --help', 'options of a command')}
${usageLine('--version', 'the version')}

Exit codes: 0 success, 1 failure, 2 wrong usage, 3 more photos of a build, or items of a push, failed than --max-failures allows.`;

/** Exit code for each error; 1 for all others. */
const EXIT_CODES: Partial<Record<ErrorCode, number>> = { UsageError: 2, FailuresError: 3 };

/** More names are easier to read in the help. */
const FEW = 16;

const ISSUES_HINT = 'Please report it with the lines below.';

endWithPipe();
process.exitCode = await main(process.argv.slice(2));

async function main([name, ...rest]: string[]): Promise<number> {
  if (name === undefined) {
    tell(...HELP.split('\n'));
    return 2;
  }
  const [about] = rest;
  if (name === 'help' && about !== undefined) return main([about, '--help']);
  if (['--help', '-h', 'help'].includes(name)) {
    print(...HELP.split('\n'));
    return 0;
  }
  if (['--version', '-v', '-V', 'version'].includes(name)) {
    print(version());
    return 0;
  }
  const found = COMMANDS.get(name);
  if (!found) {
    tell(`soutu: ${unknown('command', name, [...COMMANDS.keys()])}`);
    return 2;
  }
  const { command } = await found.load();
  if (rest.includes('--help') || rest.includes('-h')) {
    print(...command.help.split('\n'));
    return 0;
  }
  try {
    return (await command.run(parse(command, rest))) ?? 0;
  } catch (error) {
    // Refusals of the system (no space, no permission) say enough in one line; a fault of ours needs its stack.
    const isExpected =
      error instanceof SoutuError || (error instanceof Error && 'syscall' in error);
    if (isExpected) tell(`soutu ${name}: ${messageOf(error)}`);
    else {
      const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
      tell(`soutu ${name}: a fault in Soutu. ${ISSUES_HINT}`, ...stack.split('\n'));
    }
    return error instanceof SoutuError ? (EXIT_CODES[error.name] ?? 1) : 1;
  }
}

function version(): string {
  return JSON.parse(readFileSync(inPackage('package.json'), 'utf8')).version;
}

function unknown(what: string, name: string, known: readonly string[]): string {
  const nearest = nearestOption(name, known);
  const hint = nearest
    ? ` Did you mean "${nearest}"?`
    : known.length <= FEW
      ? ` Expected one of ${known.join(', ')}.`
      : '';
  return `Unknown ${what} "${name}".${hint}`;
}

function parse(command: Command, args: string[]) {
  const { options } = command;
  try {
    return parseArgs({ args: joinNegative(args, options), options, allowPositionals: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const [, name] = /Unknown option '(-[^']*)'/.exec(messageOf(error)) ?? [];
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' && name !== undefined) {
      const known = [...Object.keys(options), 'help'].map((option) => `--${option}`);
      throw new SoutuError('UsageError', `${unknown('option', name, known)} See --help.`, {
        cause: error,
      });
    }
    // Node's own words name the option; the lines after the first are for programmers.
    const [line = ''] = messageOf(error).split(/\.\s/);
    throw new SoutuError('UsageError', `${line.replace(/\.$/, '')}. See --help.`, { cause: error });
  }
}

/** `--min-score -1` as `--min-score=-1`: parseArgs would take the number for an option. */
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
