import { expect, test } from 'vitest';
import { conversionAdvice } from '../../../src/core/image/kind.ts';
import { SkippedLines } from '../../../src/node/build/skipped-lines.ts';

test('how to convert a format is said once, other reasons each time', () => {
  const lines = new SkippedLines();
  const heic = (name: string) => `${name}: ${conversionAdvice('heic')}.`;
  expect(lines.line('t.csv, row 2: ', 'a.heic', heic('a.heic'))).toMatch(
    /^Skipped: t\.csv, row 2: a\.heic: HEIC is .*"heif-convert photo\.heic photo\.jpg"/,
  );
  expect(lines.line('t.csv, row 3: ', 'b.heic', heic('b.heic'))).toBe(
    'Skipped: t.csv, row 3: b.heic: HEIC, to be converted as above.',
  );
  for (const name of ['c.jpg', 'd.jpg']) {
    expect(lines.line('', name, `${name}: no such file. Check the path.`)).toBe(
      `Skipped: ${name}: no such file. Check the path.`,
    );
  }
});
