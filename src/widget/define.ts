/** Defines `<soutu-search>`; importing it twice is harmless. */
import { SoutuSearch } from './soutu-search.ts';

if (!customElements.get('soutu-search')) customElements.define('soutu-search', SoutuSearch);

export { SoutuSearch };
