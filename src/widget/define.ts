/** Defines `<soutu-search>`; importing it twice is harmless. */
import * as panel from './search-panel.ts';
import { providePanel, SoutuSearch } from './soutu-search.ts';

providePanel(panel);
if (!customElements.get('soutu-search')) customElements.define('soutu-search', SoutuSearch);

export { SoutuSearch };
