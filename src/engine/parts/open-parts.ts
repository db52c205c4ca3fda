import type { Bundle } from '../../core/bundle/bundle.ts';
import type { PartsRoot } from '../../core/parts/root.ts';
import { PartsRetriever } from './parts-retriever.ts';
import type { PartsSettings } from './parts-source.ts';

/** The index in parts of a bundle. Its root is read while the photo is embedded. */
export function openParts(bundle: Bundle, settings?: PartsSettings): PartsRetriever {
  const { index } = bundle.manifest;
  const source = {
    count: bundle.count,
    dimension: index.dimension,
    hasCopies: index.type === 'parts' && index.parts.copies,
    root: async () => (await bundle.partsRoot()) as PartsRoot,
    postings: index.type === 'parts' ? (index.parts.postings ?? null) : null,
    readPart: bundle.readPart.bind(bundle),
    titles: () => bundle.titlesByPosition(),
    titleBytes:
      index.type === 'parts' ? index.parts.titles.reduce((sum, { bytes }) => sum + bytes, 0) : 0,
    detailsAt: (positions: readonly number[]) => bundle.detailsAt(positions),
    isReplaced: () => bundle.isReplaced(),
  };
  return new PartsRetriever(source, settings);
}
