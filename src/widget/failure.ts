/** Classifies a failed search by what the visitor can do about it. */
import type { Failure } from './state.ts';
import { partsOf, type Subject } from './subject.ts';

export function failureOf(error: Error, subject: Subject): Failure {
  // The worker's script is a download too.
  const isLoad = error.name === 'NetworkError' || error.name === 'WorkerError';
  if (isLoad && !navigator.onLine) return 'offline';
  // Options were validated before the search, so this is a link to an item that does not exist.
  const items = partsOf(subject).flatMap(({ of }) => (of.kind === 'item' ? [of] : []));
  const isOfLink = subject.kind === 'item' || items.some(({ title }) => title === '');
  if (error.name === 'UsageError' && isOfLink) return 'gone';
  return 'failed';
}

/** Whether retrying the same search may succeed. */
export function canRetry(kind: Failure, error: Error): boolean {
  return kind !== 'gone' && error.name !== 'PhotoError' && error.name !== 'UsageError';
}
