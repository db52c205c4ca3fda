/** `soutu push`: the catalogue of a bundle in an engine. */
import { Bundle } from '../../../core/bundle/bundle.ts';
import type { BundleSource } from '../../../core/bundle/source.ts';
import { messageOf, SoutuError } from '../../../core/errors.ts';
import { openFolderSource } from '../../search/folder-source.ts';
import { openStore } from '../open-store.ts';
import type { Draft, ReleaseInfo, RowFailure, Store } from '../store.ts';
import {
  checkPushOptions,
  type PushOptions,
  type PushReporter,
  type PushSummary,
} from './options.ts';
import { readRows } from './read-rows.ts';
import { releaseOf } from './release-of.ts';
import { type Sent, send } from './send.ts';

const SILENT: PushReporter = {
  stage: () => undefined,
  step: () => undefined,
  warn: () => undefined,
};

/**
 * Copies the catalogue of a bundle into an engine, verifies it, and publishes it in one step: searches before see the
 * previous release whole, searches after the new one. If a push is interrupted, the next one goes on with it.
 * @throws SoutuError `UsageError`; `BundleError`; `StoreError` if the engine refuses or cannot be reached; `FailuresError` if
 * more items fail than allowed. The release that was current stays current
 */
export async function push(options: PushOptions): Promise<PushSummary> {
  checkPushOptions(options);
  const { folder, to, name, m, efConstruction, shards, replicas, reporter = SILENT } = options;
  const given = Object.entries({ name, m, efConstruction, shards, replicas });
  const source = await openFolderSource(folder);
  const store = await openStore(to, {
    ...Object.fromEntries(given.filter(([, value]) => value !== undefined)),
    warn: (line) => reporter.warn(line),
  });
  try {
    return await pushTo(store, source, options);
  } finally {
    await store.close();
  }
}

export type PushWishes = Pick<PushOptions, 'maxFailures' | 'dropOld' | 'newModel' | 'reporter'>;

/** As `push`, with an open store, which stays open. */
export async function pushTo(
  store: Store,
  source: BundleSource,
  { maxFailures = 0, dropOld = false, newModel = false, reporter = SILENT }: PushWishes = {},
): Promise<PushSummary> {
  const started = performance.now();
  const bundle = await Bundle.open(source);
  const items = await bundle.items();
  const info = await releaseOf(bundle, items);
  const current = await store.current();
  const summaryOf = (more: Partial<PushSummary>): PushSummary => ({
    store: store.label,
    release: info.release,
    published: false,
    items: info.count,
    sent: 0,
    unchanged: 0,
    removed: 0,
    failures: [],
    dropped: [],
    ...more,
    seconds: (performance.now() - started) / 1000,
  });
  const drop = () => (dropOld ? dropOthers(store, info.release, reporter) : []);
  if (current?.release === info.release) {
    return summaryOf({ unchanged: info.count, dropped: await drop() });
  }
  if (current && !newModel) checkModel(current, info, store.label);
  const draft = await store.begin(info);
  let sent: Sent;
  try {
    reporter.stage('Pushing', info.count, 'items');
    sent = await send(draft, readRows(bundle, items), reporter);
    const { failures } = sent;
    const isTooMany = failures.length > allowedOf(maxFailures, info.count);
    if (isTooMany) await refuse(draft, failures, info.count, maxFailures, store.label);
    reporter.stage('Indexing and counting');
    const found = await draft.finish();
    const expected = info.count - failures.length;
    if (found !== expected) {
      throw new SoutuError(
        'StoreError',
        `${store.label}: ${expected} items were sent, and the engine finds ${found}. Nothing was published. Does another ` +
          'program write into it? Push again; if that does not help, delete the release first.',
      );
    }
    await draft.publish();
  } catch (error) {
    // One that had too many refusals has been deleted.
    if ((error as Error).name !== 'FailuresError') {
      reporter.warn(
        `Release ${info.release} was begun and is not published. The next push goes on with it; to delete it: ` +
          `soutu push --drop ${info.release}`,
      );
    }
    throw error;
  } finally {
    await draft.close();
  }
  return summaryOf({ ...sent, published: true, dropped: await drop() });
}

/** What `--dry-run` prints: what the store would make, and the first rows. */
export async function describePush(
  store: Pick<Store, 'plan'>,
  source: BundleSource,
  rows = 3,
): Promise<{
  readonly plan: string;
  readonly release: ReleaseInfo;
  readonly first: readonly unknown[];
}> {
  const bundle = await Bundle.open(source);
  const items = await bundle.items();
  const release = await releaseOf(bundle, items);
  const first: unknown[] = [];
  for await (const piece of readRows(bundle, items)) {
    for (const { item, vector, hash } of piece.slice(0, rows - first.length)) {
      first.push({ item, hash, vector: shortened(vector) });
    }
    if (first.length >= rows) break;
  }
  return { plan: store.plan(release), release, first };
}

const SHOWN = 4;

/** `0.0123, -0.0456, 0.0789, 0.0012, … (305 numbers)` */
function shortened(vector: Float32Array): string {
  const numbers = Array.from(vector.subarray(0, SHOWN), (x) => x.toFixed(4));
  return `${numbers.join(', ')}, … (${vector.length} numbers)`;
}

/** A page embeds photos with the model it was built with. */
function checkModel(current: ReleaseInfo, next: ReleaseInfo, label: string): void {
  if (current.model === next.model && current.dimension === next.dimension) return;
  throw new SoutuError(
    'StoreError',
    `${label}: the current release has vectors of another model (${current.dimension} numbers, ${current.model}; the ` +
      `bundle ${next.dimension}, ${next.model}). Pages that were built with that one could not search any more. Use ` +
      'another --name, or publish it all the same with --new-model.',
  );
}

function allowedOf(maxFailures: number | `${number}%`, count: number): number {
  return typeof maxFailures === 'number'
    ? maxFailures
    : (Number.parseFloat(maxFailures) * count) / 100;
}

async function refuse(
  draft: Draft,
  failures: readonly RowFailure[],
  count: number,
  maxFailures: number | `${number}%`,
  label: string,
): Promise<never> {
  await draft.abandon();
  const [first] = failures;
  throw new SoutuError(
    'FailuresError',
    `${label} refused ${failures.length} of ${count} items (the first: ${first?.id}: ${first?.reason}), more than the ` +
      `${maxFailures} that may fail (--max-failures). Nothing was published: the previous release stays current.`,
  );
}

/** The release is published by now: what cannot be deleted is no failure of the push. */
async function dropOthers(
  store: Store,
  release: string,
  reporter: PushReporter,
): Promise<readonly string[]> {
  const dropped: string[] = [];
  for (const { release: other } of await store.releases()) {
    if (other === release) continue;
    try {
      await store.drop(other);
      dropped.push(other);
    } catch (error) {
      reporter.warn(`Published, but release ${other} could not be deleted: ${messageOf(error)}`);
    }
  }
  return dropped;
}
