/** The scripts of the element, as the module that defines it provides them. */
import { SoutuError } from '../core/errors.ts';
import type { ElementScripts, PanelModule } from './panel.ts';

let scripts: ElementScripts | null = null;
let panelModule: PanelModule | null = null;

/** Called by the scripts that define the element. */
export function provideScripts(given: ElementScripts): void {
  if (typeof given.panel === 'object') panelModule = given.panel;
  scripts = given;
}

export function theScripts(): ElementScripts {
  if (scripts) return scripts;
  throw new SoutuError('UsageError', 'SoutuSearch: import it from "soutu/widget".');
}

export async function loadPanelModule(): Promise<PanelModule> {
  const { panel } = theScripts();
  panelModule ??= typeof panel === 'function' ? await panel() : panel;
  return panelModule;
}

/** The module of the panel; null until it is loaded. */
export function loadedPanelModule(): PanelModule | null {
  return panelModule;
}
