import { execFile } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { parseSampleOptions } from '../../../scripts/sample/options.ts';

const TAKES = '; it takes --out DIR, --seed N and --only N.';

describe('the flags', () => {
  it('have defaults', () => {
    expect(parseSampleOptions([])).toEqual({ out: 'public/sample', seed: 1, only: 98 });
    expect(parseSampleOptions(['--out=a', '--seed', '4', '--only', '2'])).toEqual({
      out: 'a',
      seed: 4,
      only: 2,
    });
  });

  it.each([
    [['--size', '9'], 'unknown flag "--size"'],
    [['-x'], 'unknown flag "-x"'],
    [['folder'], 'expected flags only, got "folder"'],
    [['--seed'], '--seed needs a value'],
    [['--out='], 'expected a folder after --out, got ""'],
    [['--only', '0'], 'expected --only to be a whole number from 1 to 98, got "0"'],
    [['--only', '99'], 'expected --only to be a whole number from 1 to 98, got "99"'],
    [['--seed', 'x1'], 'expected --seed to be a whole number from 0 to 2147483647, got "x1"'],
  ])('%j is refused with words', (args, words) => {
    expect(() => parseSampleOptions(args)).toThrow(`make-sample-catalogue: ${words}${TAKES}`);
  });

  it('ends with one line and code 2', async () => {
    const args = ['--import', 'tsx', 'scripts/sample/main.ts', '--fast'];
    const { code, stderr, stdout } = await new Promise<{
      code: unknown;
      stderr: string;
      stdout: string;
    }>((done) => {
      execFile(process.execPath, args, (error, stdout, stderr) => {
        done({ code: error?.code, stderr, stdout });
      });
    });
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toBe(`make-sample-catalogue: unknown flag "--fast"${TAKES}\n`);
  });
});
