import { proxy } from 'comlink';
import { expect, test } from 'vitest';
import { WorkerHandle } from '../../src/client/worker-handle.ts';

let started = 0;
const handle = () =>
  new WorkerHandle(() => {
    started++;
    return new Worker(new URL('./dying-worker.ts', import.meta.url), { type: 'module' });
  });
const ask = (owner: WorkerHandle, what: string) =>
  owner.call(
    async (api): Promise<unknown> =>
      api.open(
        what,
        proxy(() => undefined),
      ),
  );

test('starts no worker before the first call, and one for all calls', async () => {
  started = 0;
  const owner = handle();
  expect([started, owner.alive]).toEqual([0, false]);
  expect(await Promise.all([ask(owner, 'a'), ask(owner, 'b')])).toEqual(['a', 'b']);
  expect([started, owner.alive]).toEqual([1, true]);
  owner.end('done');
});

test('when the worker dies all that waits is rejected, and the next call starts a new one', async () => {
  started = 0;
  const owner = handle();
  const waiting = ask(owner, 'wait');
  const dying = ask(owner, 'die');
  const words = /^The search worker stopped \(.*out of memory\)\. Try again; it is started anew\.$/;
  for (const call of [waiting, dying]) {
    await expect(call).rejects.toMatchObject({
      name: 'WorkerError',
      message: expect.stringMatching(words),
    });
  }
  expect(owner.alive).toBe(false);
  expect(await ask(owner, 'again')).toBe('again');
  expect(started).toBe(2);
  owner.end('done');
});

test('an error of the worker keeps its name and words, and the worker lives on', async () => {
  const owner = handle();
  await expect(ask(owner, 'refuse')).rejects.toMatchObject({ name: 'BundleError', message: 'No.' });
  expect(owner.alive).toBe(true);
  owner.end('done');
});

test('ended, what waits is rejected with the reason', async () => {
  const owner = handle();
  const waiting = ask(owner, 'wait');
  owner.end('The search was disposed.');
  await expect(waiting).rejects.toThrow('The search was disposed.');
  expect(owner.alive).toBe(false);
});
