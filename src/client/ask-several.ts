/** A query of several: its photos are embedded one after another, then one search combines the vectors. */
import type { EmbeddedPhoto } from '../browser/worker-api.ts';
import type { Notice, SearchResponse, SeveralQuery, SingleQuery } from '../core/contract.ts';
import type { PhotoView } from '../core/image/view.ts';
import type { CheckedPart } from './check-arguments.ts';

interface Steps {
  embed(
    photo: Blob,
    view: PhotoView,
  ): Promise<{ readonly embedded: EmbeddedPhoto; readonly notices: readonly Notice[] }>;
  search(query: SeveralQuery): Promise<SearchResponse>;
}

export async function askSeveral(
  parts: readonly CheckedPart[],
  { embed, search }: Steps,
): Promise<SearchResponse> {
  const several: (SingleQuery & { weight: number })[] = [];
  const notices: Notice[] = [];
  let last: EmbeddedPhoto | null = null;
  let ms = 0;
  // One at a time: decoded photos take much memory.
  for (const part of parts) {
    if (!('photo' in part)) {
      several.push(part);
      continue;
    }
    const { embedded, notices: ofPhoto } = await embed(part.photo, part.view);
    last = embedded;
    ms += embedded.ms;
    notices.push(...ofPhoto, ...embedded.notices);
    several.push({ vector: embedded.vector, weight: part.weight });
  }
  const response = await search({ several });
  const { timings } = response;
  return {
    ...response,
    engine: { ...response.engine, ...last?.engine },
    timings: { ...timings, embed: timings.embed + ms, total: timings.total + ms },
    notices: once([...notices, ...response.notices]),
  };
}

/** Several photos may give the same notice. */
function once(notices: readonly Notice[]): Notice[] {
  const said = new Set<string>();
  return notices.filter(({ message }) => !said.has(message) && said.add(message));
}
