/** The element's styles: one file per part, concatenated in page order. */

import about from './about.css?inline';
import { adoptable } from './adopt.ts';
import base from './base.css?inline';
import button from './button.css?inline';
import field from './field.css?inline';
import filters from './filters.css?inline';
import inputs from './inputs.css?inline';
import photo from './photo.css?inline';
import query from './query.css?inline';
import results from './results.css?inline';
import skeleton from './skeleton.css?inline';

/** A strict CSP forbids <style> but allows constructed style sheets. */
export const adoptStyles = adoptable(
  [base, field, button, photo, inputs, query, filters, results, skeleton, about].join('\n'),
);
