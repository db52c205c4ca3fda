/** src/docs/cli.md: what `--help` prints, command by command. */
import { COMMANDS } from '../../src/node/cli/commands.ts';

export const CLI_PAGE = 'src/docs/cli.md';

export async function cliPage(): Promise<string> {
  const sections = await Promise.all(
    [...COMMANDS].map(async ([name, { load }]) => {
      const { command } = await load();
      return `## ${name}\n\n\`\`\`text\n${command.help}\n\`\`\`\n`;
    }),
  );
  return `${HEADER}\n${sections.join('\n')}`;
}

const HEADER = `# Command line

<!-- Generated from --help by \`npm run docs\`; change the commands in src/node/cli instead. -->

In a checkout, write \`npm run soutu --\` in place of \`npx soutu\`. Results go to standard output, everything else to
standard error. Exit codes: 0 success, 1 failure, 2 wrong usage, 3 more photos or items
failed than \`--max-failures\` allows.
`;
