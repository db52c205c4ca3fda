/** report.json and the limit of failures, by themselves. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Item } from '../../../../src/core/item.ts';
import type { ItemOutcome } from '../../../../src/node/build/outcome.ts';
import {
  checkFailures,
  type MaxFailures,
  parseMaxFailures,
} from '../../../../src/node/build/report/max-failures.ts';
import { reportedPath, reportedReason } from '../../../../src/node/build/report/private-text.ts';
import { readReport, reportJson } from '../../../../src/node/build/report/report-json.ts';
import { tempFolder } from '../../../support/temp.ts';

const root = await tempFolder();
const OUTCOMES: readonly ItemOutcome[] = [
  { id: 'c', path: 'c.jpg', status: 'failed', reason: 'no such file. Check the path.' },
  { id: 'B', path: 'B.jpg', status: 'unchanged' },
  { id: 'a', path: 'a.jpg', status: 'ok', damage: 'premature end' },
];

describe('report.json', () => {
  test('has one item a line, sorted by id, and counts', () => {
    const text = reportJson(OUTCOMES, {
      built: '2026-01-02T03:04:05.000Z',
      seconds: 1.5,
      copies: [['a', 'B']],
    });
    expect(JSON.parse(text)).toEqual({
      format: 'soutu-report',
      version: 1,
      built: '2026-01-02T03:04:05.000Z',
      seconds: 1.5,
      published: true,
      counts: { photos: 3, ok: 1, unchanged: 1, failed: 1, damaged: 1 },
      copies: [['a', 'B']],
      items: [OUTCOMES[1], OUTCOMES[2], OUTCOMES[0]],
    });
    expect(text.split('\n')).toHaveLength(6);
    const reversed = reportJson([...OUTCOMES].reverse(), { built: 'x', seconds: 1, problem: 'p' });
    expect(JSON.parse(reversed)).toMatchObject({ published: false, problem: 'p' });
    expect(reversed.split('\n').slice(1)).toEqual(text.split('\n').slice(1));
  });

  test('is read again; other files are refused with the reason', async () => {
    const path = join(root, 'report.json');
    await expect(readReport(path)).rejects.toThrow(
      `--retry-failed: ${path} does not exist, so there is no record of failures. Build without --retry-failed first.`,
    );
    await writeFile(path, reportJson(OUTCOMES, { built: 'x', seconds: 1 }));
    expect((await readReport(path)).map(({ id }) => id)).toEqual(['B', 'a', 'c']);
    await writeFile(path, '{"format": "soutu-report", "version": 9, "items": []}');
    await expect(readReport(path)).rejects.toThrow('is of version 9, expected 1.');
    await writeFile(path, '[]');
    await expect(readReport(path)).rejects.toThrow('is no report: expected "format"');
    await writeFile(path, '{');
    await expect(readReport(path)).rejects.toThrow('is not JSON');
  });
});

describe('what is private', () => {
  const named = (image: string, path: string) => ({ item: { id: '1', image } as Item, path });

  test.each([
    ['photos/a.jpg', 'photos/a.jpg'],
    ['/home/me/secret/a.jpg', 'a.jpg'],
    ['C:\\Users\\me\\a.jpg', 'a.jpg'],
    ['https://me:pw@shop.example/a.jpg?v=2', 'https://shop.example/a.jpg?v=2'],
  ])('the path of %s is %s', (image, shown) => {
    expect(reportedPath(named(image, '/x'))).toBe(shown);
  });

  test.each([
    ['/home/me/my photos/a.jpg: no such file. Check the path.', 'no such file. Check the path.'],
    [
      "/home/me/my photos/a.jpg: cannot be read (EIO: i/o error, open '/home/me/my photos/a.jpg').",
      "cannot be read (EIO: i/o error, open 'a.jpg').",
    ],
    ['needs /home/me/.cache/soutu/x.icc to be read', 'needs x.icc to be read'],
    ["open '/home/jane doe/private/a b.jpg'", "open 'a b.jpg'"],
    ['at file:///home/jane/p.jpg', 'at p.jpg'],
    ['[/home/jane/p.jpg] and C:\\\\Users\\\\me\\\\p.jpg', '[p.jpg] and p.jpg'],
    ['https://me:pw@shop.example/b: status 500.', 'https://shop.example/b: status 500.'],
    ['HEIC: "heif-convert photo.heic photo.jpg"', 'HEIC: "heif-convert photo.heic photo.jpg"'],
    [
      'got 12 bytes of text/html, at https://shop.example/a/b.jpg',
      'got 12 bytes of text/html, at https://shop.example/a/b.jpg',
    ],
  ])('the reason %j is %j', (reason, shown) => {
    expect(reportedReason(reason, named('a.jpg', '/home/me/my photos/a.jpg'))).toBe(shown);
  });
});

describe('the limit of failures', () => {
  test.each([
    ['0', 0],
    ['12', 12],
    ['5%', '5%'],
    [' 2.5 % ', '2.5%'],
    [7, 7],
  ])('%j is %j', (given, max) => {
    expect(parseMaxFailures(given, '--max-failures')).toBe(max);
  });

  test.each(['', '-1', '1.5', '101%', '5 percent', 'NaN', -1, 0.5])('%j is refused', (given) => {
    expect(() => parseMaxFailures(given, '--max-failures')).toThrow(
      `--max-failures: expected a whole number of photos, or a share such as 5%, got "${given}".`,
    );
  });

  const passes = (failed: number, photos: number, max: MaxFailures) => {
    const outcomes = Array.from({ length: photos }, (_, i): ItemOutcome => {
      return { id: `${i}`, path: '', status: i < failed ? 'failed' : 'ok' };
    });
    checkFailures(outcomes, { max, where: 'Look there.' });
  };

  test('the limit itself may be reached, not passed', () => {
    passes(3, 100, 3);
    passes(3, 100, '3%');
    passes(0, 5, 0);
    expect(() => passes(1, 5, 0)).toThrow(
      /^1 of 5 photos failed \(20\.0 %\), more than the 0 that/,
    );
    expect(() => passes(4, 100, '3%')).toThrow(
      '4 of 100 photos failed (4.0 %), more than the 3 % that may fail. Nothing was published: the previous ' +
        'release stays as it is. Look there.',
    );
    expect(() => passes(1, 33, '3%')).toThrow('more than the 3 %');
  });

  test('items without a photo and old copies of photos count', () => {
    const outcomes: ItemOutcome[] = [
      { id: 'a', path: '', status: 'ok' },
      { id: 'b', path: '', status: 'unchanged', stale: 'the server answered with status 500.' },
    ];
    expect(() => checkFailures(outcomes, { max: 1, withoutPhoto: 8, where: 'Look.' })).toThrow(
      '9 of 10 photos failed (90.0 %, 1 only from an earlier download, 8 of them items without a photo), more than the 1',
    );
    checkFailures(outcomes, { max: '90%', withoutPhoto: 8, where: '' });
  });
});
