import type { PartQuery, SearchQuery } from '../../client/api.ts';
import type { SavedPhoto } from '../../client/history/saved-photo.ts';
import { queryOf, type Subject } from '../subject.ts';

/** The query of a subject, with saved vectors in place of the photos that have one. */
export function vectorQuery(subject: Subject, saved: readonly SavedPhoto[]): SearchQuery {
  const savedOf = (photo: Blob) => saved.find((one) => one.photo === photo);
  if (subject.kind === 'photo') {
    const known = savedOf(subject.blob);
    return known ? { vector: known.vector, soft: known.soft } : queryOf(subject);
  }
  const query = queryOf(subject);
  if (!('several' in query)) return query;
  return {
    several: query.several.map((part): PartQuery => {
      const known = 'photo' in part ? savedOf(part.photo) : undefined;
      return known && 'weight' in part ? { vector: known.vector, weight: part.weight ?? 1 } : part;
    }),
  };
}
