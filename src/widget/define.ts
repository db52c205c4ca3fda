/** Makes `<soutu-search>` known to the page; twice does no harm. */
import { SoutuSearch } from './soutu-search.ts';

if (!customElements.get('soutu-search')) customElements.define('soutu-search', SoutuSearch);

export { SoutuSearch };
