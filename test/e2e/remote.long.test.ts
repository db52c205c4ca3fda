/** The widget with a search service over a pushed catalogue: every photo of the sample. */
import { expect, inject, test } from 'vitest';
import { startPgvector } from '../support/databases/pglite.ts';
import { flatSite, PHOTOS, sameAnswers, servePushed } from './support/remote-answers.ts';

test('all 98 sample photos: the same first 12 hits as on the device; only vectors are sent, no index is loaded', async ({
  onTestFinished,
}) => {
  expect(PHOTOS).toHaveLength(98);
  const { site, remove } = await flatSite(inject('sampleSite'));
  onTestFinished(remove);
  const postgres = await startPgvector();
  onTestFinished(() => postgres.stop());
  const to = `postgres://postgres@127.0.0.1:${postgres.port}/postgres`;
  const service = await servePushed(site, to);
  onTestFinished(() => service.close());
  await sameAnswers(site, service);
}, 240_000);
