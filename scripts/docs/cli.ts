/** src/docs/cli.md: what `--help` prints, command by command. */
import type { Command } from '../../src/node/cli/command.ts';
import { at } from '../package/paths.ts';

export const CLI_PAGE = 'src/docs/cli.md';

const COMMANDS = [
  'init',
  'build',
  'preview',
  'serve',
  'push',
  'query',
  'embed',
  'eval',
  'model',
  'completion',
] as const;

export async function cliPage(): Promise<string> {
  const sections = await Promise.all(
    COMMANDS.map(async (name) => {
      const module = (await import(at(`src/node/cli/${name}.ts`))) as { command: Command };
      return `## ${name}\n\n\`\`\`text\n${module.command.help}\n\`\`\`\n`;
    }),
  );
  return `${HEADER}\n${sections.join('\n')}`;
}

const HEADER = `# Command line

<!-- Generated from --help by \`npm run docs\`; change the commands in src/node/cli instead. -->

In a checkout, write \`npm run soutu --\` in place of \`npx soutu\`. Results go to standard output, everything else to
standard error. Exit codes: 0 success, 1 failure, 2 wrong usage.
`;
