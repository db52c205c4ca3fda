/** Pictures by their address, from the real server of the tests. */
import { describe, expect, test } from 'vitest';
import { AddressError, fetchPicture } from '../../../src/client/photo/fetch-picture.ts';
import { PIXEL } from '../../widget/scripted-search.ts';

const PHOTO = '/public/sample/queries/vase-001.jpg';

async function problemOf(picture: Promise<File>): Promise<AddressError> {
  const error = await picture.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AddressError)) throw new Error(`Expected an AddressError, got ${error}.`);
  return error;
}

/** The same server by another name: another origin, to which it allows CORS. */
const elsewhere = (path: string) => {
  const url = new URL(path, location.href);
  url.hostname = url.hostname === 'localhost' ? '127.0.0.1' : 'localhost';
  return url.href;
};

describe('a picture', () => {
  test('comes whole, with its name and type', async () => {
    const file = await fetchPicture(PHOTO);
    expect([file.name, file.type]).toEqual(['vase-001.jpg', 'image/jpeg']);
    const asServed = await (await fetch(PHOTO)).arrayBuffer();
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(new Uint8Array(asServed));
  });

  test('of a host that hands it out', async () => {
    expect((await fetchPicture(elsewhere(PHOTO))).size).toBeGreaterThan(1000);
  });

  test.each([
    ['base64', PIXEL],
    ['percent-encoded', 'data:image/svg+xml;charset=utf-8,%3Csvg%3E%3C/svg%3E'],
  ])('in the address itself, %s', async (_, address) => {
    const file = await fetchPicture(address);
    const asFetched = await (await fetch(address)).arrayBuffer();
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(new Uint8Array(asFetched));
    expect(address).toContain(file.type);
  });
});

describe('refused', () => {
  test('a long data address without data, at once', async () => {
    const { problem } = await problemOf(fetchPicture(`data:image/${'a'.repeat(1e6)}`));
    expect(problem).toBe('address');
  });

  test.each([
    ['no address', 'http://', 'address', 'expected the http(s) address of a picture'],
    ['another scheme', 'javascript:alert(1)', 'address', 'expected the http(s) address'],
    ['data of another type', 'data:text/html,hi', 'address', 'expected the http(s) address'],
    ['broken data', 'data:image/gif;base64,%%%', 'address', 'expected the http(s) address'],
    ['a missing file', '/%zz/none.jpg', 'status', 'got HTTP 404; check the address'],
    ['another type', '/package.json', 'type', 'got application/json'],
    [
      'nobody there',
      'http://localhost:59/vase.jpg',
      'refused',
      'lets no other pages read it (CORS)',
    ],
  ])('%s', async (_, address, problem, words) => {
    const error = await problemOf(fetchPicture(address));
    expect([error.name, error.problem]).toEqual(['PhotoError', problem]);
    expect(error.message).toContain(words);
    expect(error.message.startsWith(address)).toBe(true);
  });

  test.each([
    ['by what its host says', PHOTO],
    ['in the address', `data:image/gif;base64,${'A'.repeat(2000)}`],
  ])('too many bytes, %s', async (_, address) => {
    const error = await problemOf(fetchPicture(address, { maxBytes: 1000 }));
    expect([error.problem, error.detail]).toEqual(['size', '1000']);
    expect(error.message).toContain('more than the 1000 bytes');
  });

  test('late', async () => {
    const error = await problemOf(fetchPicture(PHOTO, { patienceMs: 0 }));
    expect(error.problem).toBe('slow');
    expect(error.message).toContain('did not come in time');
  });

  test('given up: the signal’s reason', async () => {
    const reason = new Error('another photo');
    const picture = fetchPicture(PHOTO, { signal: AbortSignal.abort(reason) });
    await expect(picture).rejects.toBe(reason);
  });
});
