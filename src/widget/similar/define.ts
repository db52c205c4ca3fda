/** Defines `<soutu-similar>`; importing it twice is harmless. */
import { SoutuSimilar } from './soutu-similar.ts';

if (!customElements.get('soutu-similar')) customElements.define('soutu-similar', SoutuSimilar);

export type { SimilarItemsOptions } from '../../client/similar/similar-items.ts';
export { similarItems } from '../../client/similar/similar-items.ts';
export { SoutuSimilar };
