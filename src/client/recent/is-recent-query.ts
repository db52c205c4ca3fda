import { isView } from '../../core/image/view.ts';
import type { RecentQuery } from './query.ts';

/** Whether a value read from the device has the form of a recent query. */
export function isRecentQuery(value: unknown): value is RecentQuery {
  if (typeof value !== 'object' || value === null) return false;
  const { key, at, asked } = value as Partial<Record<keyof RecentQuery, unknown>>;
  return typeof key === 'number' && Number.isFinite(at) && isAsked(asked);
}

function isAsked(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const asked = value as Readonly<Record<string, unknown>>;
  switch (asked.kind) {
    case 'photo':
      return asked.photo instanceof Blob && asked.thumb instanceof Blob && isView(asked.view);
    case 'item':
      return (
        typeof asked.id === 'string' &&
        typeof asked.title === 'string' &&
        (asked.url === null || typeof asked.url === 'string')
      );
    default:
      return false;
  }
}
