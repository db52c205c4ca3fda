/** The element's styles: one file for each part of it, joined in the order of the page. */
import about from './about.css?inline';
import base from './base.css?inline';
import button from './button.css?inline';
import field from './field.css?inline';
import filters from './filters.css?inline';
import inputs from './inputs.css?inline';
import photo from './photo.css?inline';
import recent from './recent.css?inline';
import results from './results.css?inline';

let sheet: CSSStyleSheet | null = null;

/** One sheet for all elements of the page; a strict CSP allows it where it forbids <style>. */
export function styleSheet(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(
      [base, field, button, photo, inputs, recent, filters, results, about].join('\n'),
    );
  }
  return sheet;
}
