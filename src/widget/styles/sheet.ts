/** The element's styles: one file for each part of it, joined in the order of the page. */
import { ABOUT } from './about.ts';
import { BASE } from './base.ts';
import { BUTTON } from './button.ts';
import { FIELD } from './field.ts';
import { FILTERS } from './filters.ts';
import { INPUTS } from './inputs.ts';
import { PHOTO } from './photo.ts';
import { RECENT } from './recent.ts';
import { RESULTS } from './results.ts';

let sheet: CSSStyleSheet | null = null;

/** One sheet for all elements of the page; a strict CSP allows it where it forbids <style>. */
export function styleSheet(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(
      [BASE, FIELD, BUTTON, PHOTO, INPUTS, RECENT, FILTERS, RESULTS, ABOUT].join('\n'),
    );
  }
  return sheet;
}
