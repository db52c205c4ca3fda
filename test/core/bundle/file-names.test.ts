import { describe, expect, test } from 'vitest';
import {
  BUNDLE_ROLES,
  bundleFileName,
  endsInBundleFile,
  isBundleFile,
} from '../../../src/core/bundle/file-names.ts';

const HASH = '0123456789abcdef'.repeat(4);

test.each(BUNDLE_ROLES)(
  'a name made for %s is recognised, alone and at the end of a URL',
  (role) => {
    const name = bundleFileName(role, HASH, 'bin');
    expect(name).toBe(`${role}-0123456789abcdef.bin`);
    expect(isBundleFile(name)).toBe(true);
    expect(endsInBundleFile(`/shop/bundle/${name}`)).toBe(true);
  },
);

test('files of version 1 are recognised', () => {
  expect(isBundleFile('items-0123456789abcdef.json')).toBe(true);
});

describe('names of others are not', () => {
  test.each([
    'vectors.bin',
    'vectors-0123456789abcde.bin',
    'vectors-0123456789ABCDEF.bin',
    'vectors-0123456789abcdef.bin.bak',
    'my-vectors-0123456789abcdef.bin',
    'photos-0123456789abcdef.bin',
    'manifest.json',
  ])('%s', (name) => {
    expect(isBundleFile(name)).toBe(false);
    expect(endsInBundleFile(`/bundle/${name}`)).toBe(false);
  });
});
