/** Elements of a page with the same bundle and engine share one worker and its memory. */
import { startWorker } from './start-worker.ts';
import {
  DEFAULT_LIMITS,
  type GuardLimits,
  type GuardSubject,
  WorkerGuard,
} from './worker-guard.ts';

interface Shared {
  readonly guard: WorkerGuard;
  users: number;
}

const shared = new Map<string, Shared>();

/** @param limits the first user's limits apply to all */
export function takeGuard(subject: GuardSubject, limits: Partial<GuardLimits>): WorkerGuard {
  let entry = shared.get(keyOf(subject));
  if (!entry) {
    const start = () => startWorker(subject.assets);
    const guard = new WorkerGuard(subject, start, { ...DEFAULT_LIMITS, ...limits });
    entry = { guard, users: 0 };
    shared.set(keyOf(subject), entry);
  }
  entry.users++;
  return entry.guard;
}

/** The worker is terminated when its last user leaves. */
export function leaveGuard(subject: GuardSubject): void {
  const entry = shared.get(keyOf(subject));
  if (!entry) return;
  entry.users--;
  if (entry.users > 0) return;
  shared.delete(keyOf(subject));
  entry.guard.end('The search was disposed.');
}

function keyOf({ bundle, bundles, mirrors = [], remote, engine, assets }: GuardSubject): string {
  const all = bundles?.map(({ key, url }) => `${key} ${url}`) ?? [bundle];
  return `${engine} ${assets} ${remote} ${[...all, ...mirrors].join(' ')}`;
}
