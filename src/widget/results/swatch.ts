/** Colour swatches beside the values of an attribute that names colours. */
import { create } from '../dom.ts';

/** The CSS colour of a value; null if it has none. */
export type SwatchOf = (attribute: string, value: string) => string | null;

/** Words that CSS accepts as colours and that name none, such as `canvastext`. */
const NO_COLOURS =
  /(text|color)$|^(inherit|initial|unset|revert(-layer)?|transparent|button\w+|canvas|field|highlight|mark|selecteditem)$/;

/** A colour word of CSS, such as `Dark blue`, or a hex colour. */
export function colourOf(value: string): string | null {
  const word = value
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, '');
  if (NO_COLOURS.test(word) || !/^(#[0-9a-f]+|[a-z]+)$/.test(word)) return null;
  return CSS.supports('color', word) ? word : null;
}

/** Whether an attribute names colours: two thirds of its values do, and at least two. */
export function namesColours(values: readonly string[]): boolean {
  const colours = values.filter((value) => colourOf(value) !== null).length;
  return colours >= 2 && colours * 3 >= values.length * 2;
}

/** The colour never stands alone: the value is beside it. */
export function renderSwatch(colour: string): HTMLElement {
  const swatch = create('span', 'swatch', { ariaHidden: 'true' });
  swatch.style.backgroundColor = colour;
  return swatch;
}
