/**
 * The only way from the command line to the terminal. File names and catalogues may hold control characters:
 * a terminal would obey them (move the cursor, change the title, hide text), so they are written as escapes.
 */
import { withShortPaths } from '../files/short-path.ts';

/**
 * C0 and C1 controls, DEL, and the marks that reverse the direction of text. Line feeds are among them: a file
 * name with one must not forge a line of output. Tabs are allowed. JSON.stringify escapes only C0, and its output
 * stays the same JSON with all of these escaped.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
const CONTROLS = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

export function printable(text: string): string {
  return text.replace(CONTROLS, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A result, on stdout. */
export function print(...lines: readonly string[]): void {
  process.stdout.write(lined(lines));
}

/** One line of a result whose cells are separated by tabs; a tab in a cell is escaped. */
export function printRow(...cells: readonly string[]): void {
  print(cells.map((cell) => cell.replaceAll('\t', '\\u0009')).join('\t'));
}

/** One object on stdout, for programs. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** Everything that is not the result, on stderr; files below the working folder by their relative paths. */
export function tell(...lines: readonly string[]): void {
  process.stderr.write(lined(lines.map((line) => withShortPaths(line))));
}

function lined(lines: readonly string[]): string {
  return lines.map((line) => `${printable(line)}\n`).join('');
}

/**
 * `soutu embed … | head` closes the pipe when it has enough. That is no error: the rest of the output is not
 * wanted, so the process ends quietly.
 */
export function endWithPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit();
      throw error;
    });
  }
}
