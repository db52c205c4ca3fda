/**
 * Defines `<soutu-search>` for pages that use it in button mode: the panel is loaded when it is first opened. Importing it
 * twice, or together with `soutu/widget`, is harmless.
 */
import { loadScript } from '../../core/load-script.ts';
import { provideScripts } from '../element-scripts.ts';
import { SoutuSearch } from '../soutu-search.ts';
import * as button from './button-mode.ts';

provideScripts({
  panel: async () => (await loadScript(import('../define.ts'))).__panel,
  button: () => Promise.resolve(button),
});
if (!customElements.get('soutu-search')) customElements.define('soutu-search', SoutuSearch);

export { SoutuSearch };
