/** Defines `<soutu-search>`; importing it twice is harmless. */

import { loadScript } from '../core/load-script.ts';
import { provideScripts } from './element-scripts.ts';
import * as panel from './search-panel.ts';
import { SoutuSearch } from './soutu-search.ts';

provideScripts({ panel, button: () => loadScript(import('./button/button-mode.ts')) });
if (!customElements.get('soutu-search')) customElements.define('soutu-search', SoutuSearch);

/** For `soutu/button`, which loads this script when its dialog is opened. */
export { panel as __panel, SoutuSearch };
