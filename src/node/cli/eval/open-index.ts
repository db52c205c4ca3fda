/** The index of a bundle as a page opens it, for measurements. */
import { Bundle } from '../../../core/bundle/bundle.ts';
import { openParts } from '../../../engine/parts/open-parts.ts';
import { SearchEngine } from '../../../engine/search-engine.ts';
import type { OpenIndex } from '../../eval/cold-search.ts';

export const openPartsIndex: OpenIndex = async (source, probing) =>
  openParts(await Bundle.open(source), { probing });

export const openWholeIndex: OpenIndex = async (source) =>
  (await SearchEngine.open(source, { embeddersFor: () => [] })).retriever;
