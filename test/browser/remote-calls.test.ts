/** Calls over a real message channel: values, errors, transfers, reports. */
import { afterEach, expect, test } from 'vitest';
import { connect, type Port, serve, transfer } from '../../src/browser/remote-calls.ts';
import type { Report, WorkerApi } from '../../src/browser/worker-api.ts';
import { MissingFileError, SoutuError } from '../../src/core/errors.ts';

let ports: MessagePort[] = [];

afterEach(() => {
  for (const port of ports) port.close();
  ports = [];
});

function connected(api: Partial<WorkerApi>, onReport: Report = () => undefined) {
  const { port1, port2 } = new MessageChannel();
  ports = [port1, port2];
  const report = serve(port2 as Port, api);
  const remote = connect(port1 as Port, onReport);
  port1.start();
  port2.start();
  return { remote, report, page: port1, worker: port2 };
}

test('answers go to their calls, in whatever order they come', async () => {
  const answers = new Map<string, (value: boolean) => void>();
  const { remote } = connected({
    live: (lock) => new Promise((resolve) => answers.set(lock, resolve)),
  });
  const first = remote.live('first');
  const second = remote.live('second');
  await expect.poll(() => answers.size).toBe(2);
  answers.get('second')?.(false);
  expect(await second).toBe(false);
  answers.get('first')?.(true);
  expect(await first).toBe(true);
});

test('errors keep their class and words', async () => {
  const { remote } = connected({
    cost: async () => {
      throw new MissingFileError('items.json is not there.');
    },
  });
  const error = await remote.cost().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(MissingFileError);
  expect(error).toMatchObject({ name: 'BundleError', message: 'items.json is not there.' });
});

test('an argument marked for transfer is moved, others are copied', async () => {
  const received: unknown[] = [];
  const { remote } = connected({
    search: async (_, query, options) => {
      received.push(query, options);
      return {} as never;
    },
  });
  const vector = new Float32Array([1, 2]);
  const filter = { kind: 'vase' };
  await remote.search(1, transfer({ vector }, [vector.buffer]), { filter });
  expect(received).toEqual([{ vector: new Float32Array([1, 2]) }, { filter: { kind: 'vase' } }]);
  expect(vector).toHaveLength(0);
});

test('what cannot be sent is an error of its call', async () => {
  const { remote } = connected({
    ping: (async () => () => 'a function') as unknown as WorkerApi['ping'],
  });
  const unsendable = (() => undefined) as unknown as string;
  await expect(remote.live(unsendable)).rejects.toThrow('could not be cloned');
  await expect(remote.ping()).rejects.toThrow(
    /^The search worker failed \(DataCloneError: .*could not be cloned/,
  );
  await expect(remote.offlineFiles()).rejects.toThrow(
    'The search worker failed (TypeError: The worker has no method "offlineFiles".).',
  );
  await expect(
    (remote as unknown as { toString(): Promise<unknown> }).toString(),
    'only its own methods',
  ).rejects.toBeInstanceOf(SoutuError);
});

test('reports come in their order, before the answer of the call that sent them', async () => {
  const reports: Parameters<Report>[] = [];
  const { remote, report } = connected(
    {
      ping: async () => {
        report(7, { step: 'embed' });
        report(null, { step: 'engine' });
      },
    },
    (...one) => reports.push(one),
  );
  await remote.ping();
  expect(reports).toEqual([
    [7, { step: 'embed' }],
    [null, { step: 'engine' }],
  ]);
});

test('messages of others on the same port are ignored', async () => {
  const { remote, page, worker } = connected({ live: async () => true });
  for (const message of [null, 'text', { call: 'one' }, { call: 99, value: 1 }, [1]]) {
    page.postMessage(message);
    worker.postMessage(message);
  }
  expect(await remote.live('lock')).toBe(true);
});
