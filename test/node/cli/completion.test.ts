/** Completion, in real shells. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { command as build } from '../../../src/node/cli/build.ts';
import { soutu } from '../../support/command/run-soutu.ts';
import { tempFolder } from '../../support/temp.ts';

const run = promisify(execFile);
const root = await tempFolder();
const has = (shell: string) =>
  ['/bin', '/usr/bin'].some((folder) => existsSync(`${folder}/${shell}`));
const missing = (shell: string) => (has(shell) ? '' : ` (skipped: ${shell} is not installed)`);

async function scriptOf(shell: string): Promise<string> {
  const { code, stdout, stderr } = await soutu('completion', shell);
  expect([code, stderr]).toEqual([0, '']);
  const path = join(root, `soutu.${shell}`);
  await writeFile(path, stdout);
  return path;
}

await mkdir(join(root, 'work/photos here'), { recursive: true });
await writeFile(join(root, 'work/photos.csv'), '');
const cwd = join(root, 'work');

describe.skipIf(!has('bash'))(`bash${missing('bash')}`, () => {
  test('completes commands, options, words and files', async () => {
    const script = await scriptOf('bash');
    const complete = async (...words: string[]) => {
      const code = `source "${script}"; COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _soutu; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const { stdout } = await run('bash', ['--norc', '-c', code], { cwd });
      return stdout.split('\n').filter((line) => line !== '');
    };
    expect(await complete('soutu', 'b')).toEqual(['build']);
    expect(await complete('soutu', '')).toContain('completion');
    expect(await complete('soutu', 'build', '--thr')).toEqual(['--threads']);
    expect((await complete('soutu', 'build', '--')).sort()).toEqual(
      [...Object.keys(build.options), 'help'].map((name) => `--${name}`).sort(),
    );
    expect(await complete('soutu', 'model', 'p')).toEqual(['pull']);
    expect(await complete('soutu', 'build', 'photos.')).toEqual(['photos.csv']);
    expect(await complete('soutu', 'build', '--out', 'photos.')).toEqual(['photos.csv']);
    expect(await complete('soutu', 'nothing', '--')).toEqual([]);
    expect(await complete('soutu', 'build', 'photos h')).toEqual(['photos here']);
  });
});

describe.skipIf(!has('zsh'))(`zsh${missing('zsh')}`, () => {
  test('is loaded, and completes an option on a real terminal', async () => {
    const script = await scriptOf('zsh');
    // The shell's own pseudo terminal, as somebody types.
    const code = [
      'zmodload zsh/zpty',
      "zpty z 'zsh -f -i'",
      `zpty -w z 'autoload -Uz compinit; compinit -u -d ${join(root, 'zcompdump')}; source ${script}; PROMPT=; echo read''y'`,
      "zpty -r z out '*ready*'",
      "zpty -n -w z $'soutu build --thr\\t'",
      "zpty -r z out '*--threads*'",
      'print -r -- "$out"',
      'zpty -d z',
    ].join('\n');
    const { stdout } = await run('zsh', ['-f', '-c', code], { cwd, timeout: 30_000 });
    expect(stdout).toContain('--threads');
  });
});

describe.skipIf(!has('fish'))(`fish${missing('fish')}`, () => {
  test('completes commands and options, with what they are for', async () => {
    const script = await scriptOf('fish');
    const complete = async (line: string) => {
      const code = `source ${script}; complete -C '${line}'`;
      const env = { ...process.env, HOME: root, XDG_CONFIG_HOME: root, XDG_DATA_HOME: root };
      const { stdout } = await run('fish', ['--no-config', '-c', code], { cwd, env });
      return stdout.split('\n').filter((line) => line !== '');
    };
    expect(await complete('soutu b')).toEqual([
      'build\tbuild a site, or only its search index, from photos',
    ]);
    expect(await complete('soutu build --thr')).toEqual(['--threads\tnumber of threads']);
    expect(await complete('soutu model pu')).toContain('pull');
  });
});

test('another shell is refused', async () => {
  const { code, stderr } = await soutu('completion', 'tcsh');
  expect([code, stderr]).toEqual([2, 'soutu completion: Expected bash, zsh, fish, got "tcsh".\n']);
});
