import { expect, test } from 'vitest';
import type { Calibration } from '../../../../src/core/bundle/calibration.ts';
import { aloneWarning } from '../../../../src/node/build/calibrate/catalogue-thresholds.ts';

const warning = (matchFrom: Calibration['matchFrom']) => aloneWarning({ alone: 0.333, matchFrom });

test('photos without a match: how many, why, and what to do', () => {
  expect(warning('distractors')).toBe(
    '33 % of the photos would find no match but themselves. Photos of other things, which come with the model, ' +
      'look as much like them as they look like one another. For more matches, some of them wrong, set a lower threshold ' +
      '(--match). Visitors still see a full page of similar pictures.',
  );
  expect(warning('groups')).toContain(
    'Give those that are the same thing one group, or set a lower threshold (--match).',
  );
  expect(warning('folders')).toContain('Put those that are the same thing into one folder, or set');
  expect(warning('photos')).toContain(
    'Add more photos of each thing, or set a lower threshold (--match).',
  );
  expect(warning('owner')).toContain('You set the threshold yourself.');
});
