/** Why a search failed, as far as the visitor can do something about it. */
import type { Failure, Subject } from './state.ts';

export function failureOf(error: Error, subject: Subject): Failure {
  // The worker's script is a download, too.
  const isLoad = error.name === 'NetworkError' || error.name === 'WorkerError';
  if (isLoad && !navigator.onLine) return 'offline';
  // Options were checked before the search: only a link can name an item that does not exist.
  if (error.name === 'UsageError' && subject.kind === 'item') return 'gone';
  return 'failed';
}

/** Whether the same search can succeed later without changes. */
export function canRetry(kind: Failure, error: Error): boolean {
  return kind !== 'gone' && error.name !== 'PhotoError' && error.name !== 'UsageError';
}
