/** What goes first when the device has no more room. */
import { describe, expect, test } from 'vitest';
import { makeRoomFor } from '../../src/cache/cached-source.ts';
import type { FileRef } from '../../src/core/file-ref.ts';
import { readAll, release, source, store, url } from './shop-server.ts';

describe('a full device', () => {
  test('keeps what this bundle needs: other bundles’ files and begun ones go first', async () => {
    const manifest = release('one');
    const first = source();
    await first.manifest();
    await readAll(first, manifest);
    const item = manifest.items.columns[0] as FileRef;
    const other = 'b'.repeat(64);
    await store.put(other, new Uint8Array(9));
    await store.put(`part:${item.sha256}:0000000000`, new Uint8Array(2));
    await store.put(`part:${'c'.repeat(64)}:0000000000`, new Uint8Array(2));
    await makeRoomFor(url, store, item.sha256);
    const left = await store.keys();
    expect(left).toContain(manifest.index.vectors[0]?.sha256);
    expect(left).toContain(item.sha256);
    expect(left.filter((key) => key.startsWith('part:') || key === other)).toEqual([]);
  });
});
