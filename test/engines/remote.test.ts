/** The element in Chromium with a service over PostgreSQL 17, after a push: the answers of the page. */
import { expect, inject, onTestFinished, test } from 'vitest';
import { startPostgres17 } from '../../scripts/engines/postgres.ts';
import { flatSite, sameAnswers, servePushed } from '../e2e/support/remote-answers.ts';

test('all 98 sample photos: the same first 12 hits as on the device', async () => {
  const { site, remove } = await flatSite(inject('sampleSite'));
  onTestFinished(remove);
  const server = await startPostgres17();
  onTestFinished(() => server.stop());
  const service = await servePushed(site, server.address, {
    SOUTU_STORE_PASSWORD: server.password,
  });
  onTestFinished(() => service.close());
  await sameAnswers(site, service);
  expect(service.bodies).toHaveLength(99);
}, 300_000);
