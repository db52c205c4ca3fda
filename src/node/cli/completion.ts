import { SoutuError } from '../../core/errors.ts';
import { type Command, positionals } from './command.ts';
import { COMMANDS } from './commands.ts';
import { SHELLS, type ShellCommand, scriptFor } from './completion/scripts.ts';
import { print } from './terminal.ts';

export const command: Command = {
  help: `soutu completion bash|zsh|fish

Prints a script that completes commands, options and their values when you press Tab.

  bash    add to ~/.bashrc:                    eval "$(soutu completion bash)"
  zsh     add to ~/.zshrc, after compinit:     eval "$(soutu completion zsh)"
  fish    save it as a file:                   soutu completion fish > ~/.config/fish/completions/soutu.fish`,

  words: SHELLS,

  options: {},

  async run(parsed) {
    const [shell] = positionals(parsed, ['bash|zsh|fish']) as [string];
    const known = SHELLS.find((name) => name === shell);
    if (!known) {
      throw new SoutuError('UsageError', `Expected ${SHELLS.join(', ')}, got "${shell}".`);
    }
    const commands: ShellCommand[] = [];
    for (const [name, { about, load }] of COMMANDS) {
      const { command: one } = await load();
      commands.push(shellCommand(name, about, one));
    }
    // One function, not lines that a terminal may change: nothing in it comes from files.
    print(...scriptFor(known, commands).split('\n'));
  },
};

function shellCommand(
  name: string,
  about: string,
  { help, options, words = [] }: Command,
): ShellCommand {
  return {
    name,
    about,
    words,
    options: [
      ...Object.entries(options).map(([option, { type }]) => ({
        name: `--${option}`,
        takesValue: type === 'string',
        about: aboutOf(option, help),
      })),
      { name: '--help', takesValue: false, about: 'options of the command' },
    ],
  };
}

/** The words behind an option in the help, up to the end of the clause. */
function aboutOf(option: string, help: string): string {
  const lines = help.split('\n');
  const at = lines.findIndex((line) =>
    new RegExp(`^ {2}(\\S.*, )?--${option}(?=[\\s,]|$)`).test(line),
  );
  if (at === -1) return '';
  const [, first = ''] =
    /^ {2}--\S+(?: [A-Z][^\s]*| \S)?(?:, --\S+)?\s+(.*)$/.exec(lines[at] ?? '') ?? [];
  const more: string[] = [];
  for (const line of lines.slice(at + 1)) {
    if (!/^ {10,}\S/.test(line)) break;
    more.push(line.trim());
  }
  return (
    [first, ...more]
      .join(' ')
      .split(/[.;:(](?:\s|$)|, | \(/)[0]
      ?.trim() ?? ''
  );
}
