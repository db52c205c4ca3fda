import type { PartQuery, SearchQuery } from '../../client/api.ts';
import { queryOf, type Subject } from '../subject.ts';

/** The same query by these vectors of its photos, and by the photos without a vector. */
export function vectorQuery(
  subject: Subject,
  vectors: ReadonlyMap<Blob, Float32Array>,
): SearchQuery {
  if (subject.kind === 'photo') {
    const vector = vectors.get(subject.blob);
    return vector ? { vector } : queryOf(subject);
  }
  const query = queryOf(subject);
  if (!('several' in query)) return query;
  return {
    several: query.several.map((part): PartQuery => {
      const vector = 'photo' in part ? vectors.get(part.photo) : undefined;
      return vector && 'weight' in part ? { vector, weight: part.weight ?? 1 } : part;
    }),
  };
}
