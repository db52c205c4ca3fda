/** Several elements on a page over one bundle share one worker, and its memory. */
import { startWorker } from './start-worker.ts';
import { DEFAULT_LIMITS, type GuardLimits, WorkerGuard } from './worker-guard.ts';

interface Shared {
  readonly guard: WorkerGuard;
  users: number;
}

const shared = new Map<string, Shared>();

/** @param bundle absolute URL; its first user's limits hold for all */
export function takeGuard(bundle: string, limits: Partial<GuardLimits>): WorkerGuard {
  let entry = shared.get(bundle);
  if (!entry) {
    const guard = new WorkerGuard(bundle, startWorker, { ...DEFAULT_LIMITS, ...limits });
    entry = { guard, users: 0 };
    shared.set(bundle, entry);
  }
  entry.users++;
  return entry.guard;
}

/** The last user's leave ends the worker. */
export function leaveGuard(bundle: string): void {
  const entry = shared.get(bundle);
  if (!entry) return;
  entry.users--;
  if (entry.users > 0) return;
  shared.delete(bundle);
  entry.guard.end('The search was disposed.');
}
