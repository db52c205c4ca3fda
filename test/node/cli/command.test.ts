import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import {
  flag,
  number,
  type Parsed,
  positionals,
  requiredText,
  text,
} from '../../../src/node/cli/command.ts';
import { COMMANDS } from '../../../src/node/cli/commands.ts';
import { parseFilter } from '../../../src/node/cli/query.ts';
import { soutu } from '../../support/command/run-soutu.ts';

const parsed = (values: Parsed['values'], positionals: string[] = []): Parsed => ({
  values,
  positionals,
});
const usage = (message: string) => expect.objectContaining({ name: 'UsageError', message });

describe('arguments', () => {
  test('as many positionals as names, or both lists in the words', () => {
    expect(positionals(parsed({}, ['a', 'b']), ['DIR', 'PHOTO'])).toEqual(['a', 'b']);
    expect(() => positionals(parsed({}), ['DIR', 'PHOTO'])).toThrow(
      usage('Expected DIR PHOTO, got nothing. See --help.'),
    );
    expect(() => positionals(parsed({}, ['a', 'b c']), ['DIR'])).toThrow(
      usage('Expected DIR, got "a" "b c". See --help.'),
    );
  });

  test('texts and flags', () => {
    const given = parsed({ out: 'x', json: true, empty: '' });
    expect([text(given, 'out'), text(given, 'json'), text(given, 'none')]).toEqual([
      'x',
      undefined,
      undefined,
    ]);
    expect([flag(given, 'json'), flag(given, 'out'), flag(given, 'none')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(requiredText(given, 'out', 'DIR')).toBe('x');
    for (const name of ['none', 'empty']) {
      expect(() => requiredText(given, name, 'DIR')).toThrow(
        usage(`--${name} DIR is missing. See --help.`),
      );
    }
  });

  test('numbers in their range, ends included', () => {
    const range = { min: 2, max: 9 };
    expect(number(parsed({}), 'n', range)).toBeUndefined();
    for (const n of [2, 9]) expect(number(parsed({ n: String(n) }), 'n', range)).toBe(n);
    expect(number(parsed({ n: '-0.5' }), 'n', { min: -1, max: 1, whole: false })).toBe(-0.5);
  });

  test.each(['1', '10', '2.5', 'two', '', ' ', 'NaN', '3px'])('not a number: "%s"', (n) => {
    expect(() => number(parsed({ n }), 'n', { min: 2, max: 9 })).toThrow(
      usage(`--n must be a whole number from 2 to 9, got "${n}".`),
    );
  });

  test('without an upper end, or not whole: other words', () => {
    expect(() => number(parsed({ n: '0' }), 'n', { min: 1 })).toThrow(
      usage('--n must be a whole number from 1 up, got "0".'),
    );
    expect(() => number(parsed({ n: '2' }), 'n', { min: -1, max: 1, whole: false })).toThrow(
      usage('--n must be a number from -1 to 1, got "2".'),
    );
  });

  test('filters: the same attribute again adds a value, a value may hold "="', () => {
    expect(parseFilter(['a=1', 'b=x=y', 'a=2', 'c='])).toEqual({
      a: ['1', '2'],
      b: ['x=y'],
      c: [''],
    });
    for (const bad of ['apples', '=x', '']) {
      expect(() => parseFilter([bad])).toThrow(
        usage(`--filter must be ATTRIBUTE=VALUE, as in --filter folder=apples; got "${bad}".`),
      );
    }
  });

  test('filters by names that objects inherit', () => {
    expect(Object.entries(parseFilter(['constructor=x', 'toString=y']))).toEqual([
      ['constructor', ['x']],
      ['toString', ['y']],
    ]);
  });
});

describe('the command line', () => {
  test('without a command: the help on stderr, exit code 2; asked for: on stdout, 0', async () => {
    const [bare, help, ofBuild, helpBuild] = await Promise.all([
      soutu(),
      soutu('--help'),
      soutu('build', '--help'),
      soutu('help', 'build'),
    ]);
    expect(bare).toMatchObject({ code: 2, stdout: '' });
    expect(bare.stderr).toContain('soutu build PHOTOS --out DIR');
    expect(help).toEqual({ code: 0, stdout: bare.stderr, stderr: '' });
    for (const [name, { about }] of COMMANDS) {
      expect(help.stdout).toMatch(new RegExp(`^  soutu ${name} .*${about}$`, 'm'));
    }
    expect(ofBuild).toMatchObject({ code: 0, stderr: '' });
    expect(ofBuild.stdout).toContain('--bundle-only');
    expect(helpBuild).toEqual(ofBuild);
  });

  test('--version: that of the package', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8'));
    expect(await soutu('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test.each([
    [
      ['toString'],
      'soutu: Unknown command "toString". Expected one of init, build, preview, query, eval, push, serve, embed, model, completion.',
    ],
    [
      ['build', 'x'],
      'soutu build: --out DIR is missing. For example: soutu build PHOTOS --out site. See --help.',
    ],
    [['bild', 'x'], 'soutu: Unknown command "bild". Did you mean "build"?'],
    [['help', 'bild'], 'soutu: Unknown command "bild". Did you mean "build"?'],
    [
      ['build', 'x', '--bundleonly'],
      'soutu build: Unknown option "--bundleonly". Did you mean "--bundle-only"? See --help.',
    ],
    [
      ['build', 'x', '--thumbsize=4'],
      'soutu build: Unknown option "--thumbsize". Did you mean "--thumb-size"? See --help.',
    ],
    [['build', 'x', '--zz'], 'soutu build: Unknown option "--zz". See --help.'],
    [
      ['preview', 'x', '--colour'],
      'soutu preview: Unknown option "--colour". Expected one of --port, --no-open, --help. See --help.',
    ],
    [['embed', '--model'], "soutu embed: Option '--model <value>' argument missing. See --help."],
    [['query', 'x'], 'soutu query: Expected DIR PHOTO, got "x". See --help.'],
    [
      ['build', 'x', '--out', 'y', '--thumb-size', '-5'],
      'soutu build: --thumb-size must be a whole number from 16 to 2048, got "-5".',
    ],
    [
      ['query', 'x', 'y', '--min-score', '-1.5'],
      'soutu query: --min-score must be a number from -1 to 1, got "-1.5".',
    ],
    [
      ['query', 'x', 'y', '--filter', 'apples'],
      'soutu query: --filter must be ATTRIBUTE=VALUE, as in --filter folder=apples; got "apples".',
    ],
    [['embed'], 'soutu embed: Expected PHOTO..., got nothing. See --help.'],
    [['eval'], 'soutu eval: Expected DIR, got nothing. See --help.'],
  ])('%j: one line on stderr, exit code 2', async (args, line) => {
    expect(await soutu(...args)).toEqual({ code: 2, stdout: '', stderr: `${line}\n` });
  });
});
