import { beforeEach, describe, expect, test } from 'vitest';
import { describeProgress, duration, ProgressReporter } from '../../../src/node/cli/progress.ts';

let now = 0;
let written: string[] = [];
const write = (text: string) => written.push(text);
const clock = () => now;

beforeEach(() => {
  now = 1000;
  written = [];
});

describe('not a terminal', () => {
  test('plain lines: the stage, one each five seconds, and the end', () => {
    const reporter = new ProgressReporter({ write }, clock);
    reporter.stage('Embedding', 100);
    for (let done = 1; done <= 100; done++) {
      now += 120;
      reporter.step(done);
    }
    expect(written).toEqual([
      'Embedding 100 photos\n',
      'Embedding 42/100, 8.3/s, 7 s left\n',
      'Embedding 84/100, 8.3/s, 2 s left\n',
      'Embedding 100/100, 8.3/s, in 12 s\n',
    ]);
  });

  test('a stage of unknown length and a warning are lines, without control characters', () => {
    const reporter = new ProgressReporter({ write }, clock);
    reporter.stage('Indexing');
    reporter.warn('Skipped: a.jpg');
    expect(written).toEqual(['Indexing\n', 'Skipped: a.jpg\n']);
  });
});

describe('a terminal', () => {
  const terminal = { isTTY: true, columns: 60, write };

  test('a bar that is drawn again at most ten times a second, and ends its line', () => {
    const reporter = new ProgressReporter(terminal, clock);
    reporter.stage('Embedding', 4);
    for (const done of [1, 2, 3, 4]) {
      now += 60;
      reporter.step(done);
    }
    expect(written).toEqual([
      'Embedding 4 photos\n',
      `\r\x1b[K${'█'.repeat(12)}${'░'.repeat(12)} Embedding 2/4, 17/s, 1 s left`,
      `\r\x1b[K${'█'.repeat(24)} Embedding 4/4, 17/s, in 1 s`,
      '\n',
    ]);
  });

  test('a warning takes the bar away first; nothing is wider than the terminal', () => {
    const narrow = new ProgressReporter({ ...terminal, columns: 30 }, clock);
    narrow.stage('Embedding', 4);
    now += 200;
    narrow.step(1);
    narrow.warn('Skipped');
    narrow.warn('Skipped too');
    const [, bar = '', ...rest] = written;
    expect(bar.replace('\r\x1b[K', '')).toHaveLength(29);
    expect(rest).toEqual(['\r\x1b[K', 'Skipped\n', 'Skipped too\n']);
  });
});

test('describeProgress: count, rate and time, also before any time has passed', () => {
  expect(describeProgress('A', 0, 10, 0)).toBe('A 0/10, 0.0/s, 0 s left');
  expect(describeProgress('A', 5, 10, 2)).toBe('A 5/10, 2.5/s, 2 s left');
  expect(describeProgress('A', 600, 6000, 10)).toBe('A 600/6000, 60/s, 1 min 30 s left');
  expect(describeProgress('A', 8, 10, 4, 'photos', 6)).toBe('A 8/10, 6 reused, 2.0/s, 1 s left');
  expect(describeProgress('A', 10, 10, 61)).toBe('A 10/10, 0.2/s, in 1 min 1 s');
});

test.each([
  [0, '0 s'],
  [0.2, '1 s'],
  [59.5, '1 min 0 s'],
  [3599, '59 min 59 s'],
  [3600, '1 h 0 min'],
  [7384, '2 h 3 min'],
])('duration of %d seconds: %s', (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});
