/** Completion scripts, made of the commands' own options. */

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

export interface ShellCommand {
  readonly name: string;
  readonly about: string;
  /** Words that may follow the command, such as `pull` after `model`. */
  readonly words: readonly string[];
  readonly options: readonly {
    readonly name: string;
    readonly takesValue: boolean;
    readonly about: string;
  }[];
}

export function scriptFor(shell: Shell, commands: readonly ShellCommand[]): string {
  return { bash, zsh, fish }[shell](commands);
}

const GLOBAL = ['--help', '--version'];

/** Files complete wherever a value or an argument is expected. */
function bash(commands: readonly ShellCommand[]): string {
  const cases = commands.map(({ name, words, options }) => {
    const values = options.filter(({ takesValue }) => takesValue).map((option) => option.name);
    return [
      `    ${name})`,
      `      options="${options.map((option) => option.name).join(' ')}"`,
      `      words="${words.join(' ')}"`,
      `      values=" ${values.join(' ')} " ;;`,
    ].join('\n');
  });
  return `# Completion of soutu for bash.
_soutu_files() {
  local IFS=$'\n'
  COMPREPLY=($(compgen -f -- "$1"))
}
_soutu() {
  local current previous command options words values
  COMPREPLY=()
  current="\${COMP_WORDS[COMP_CWORD]}"
  previous="\${COMP_WORDS[COMP_CWORD-1]}"
  command="\${COMP_WORDS[1]}"
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${[...commands.map(({ name }) => name), ...GLOBAL].join(' ')}" -- "$current"))
    return
  fi
  case "$command" in
${cases.join('\n')}
    *) return ;;
  esac
  case "$values" in
    *" $previous "*) _soutu_files "$current"; return ;;
  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$options" -- "$current")) ;;
    *)
      if [ -n "$words" ] && [ "$COMP_CWORD" -eq 2 ]; then
        COMPREPLY=($(compgen -W "$words" -- "$current"))
      else
        _soutu_files "$current"
      fi ;;
  esac
}
complete -o filenames -F _soutu soutu`;
}

function zsh(commands: readonly ShellCommand[]): string {
  const described = (name: string, about: string) =>
    quoted(`${name.replaceAll(':', '\\:')}:${about}`);
  const cases = commands.map(({ name, words, options }) => {
    const specs = options.map(({ name: option, takesValue, about }) => {
      const text = about.replace(/[[\]:\\]/g, ' ');
      return `      ${quoted(`${option}[${text}]${takesValue ? ':value:_files' : ''}`)}`;
    });
    const rest =
      words.length > 0
        ? `      '1:word:(${words.join(' ')})' '*:file:_files'`
        : "      '*:file:_files'";
    return `    ${name}) _arguments \\\n${[...specs, rest].join(' \\\n')} ;;`;
  });
  return `#compdef soutu
# Completion of soutu for zsh.
_soutu() {
  local -a commands
  commands=(
${commands.map(({ name, about }) => `    ${described(name, about)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    return
  fi
  local command="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$command" in
${cases.join('\n')}
  esac
}
compdef _soutu soutu`;
}

function fish(commands: readonly ShellCommand[]): string {
  const lines = commands.flatMap(({ name, about, words, options }) => [
    `complete -c soutu -n __fish_use_subcommand -f -a ${name} -d ${quoted(about)}`,
    ...words.map((word) => `complete -c soutu -n '__fish_seen_subcommand_from ${name}' -a ${word}`),
    ...options.map(({ name: option, takesValue, about: text }) => {
      const value = takesValue ? ' -r' : '';
      return `complete -c soutu -n '__fish_seen_subcommand_from ${name}' -l ${option.slice(2)}${value} -d ${quoted(text)}`;
    }),
  ]);
  return ['# Completion of soutu for fish.', ...lines].join('\n');
}

/** For all three shells: backslashes only matter to fish, and there are none in our words. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", '’')}'`;
}
