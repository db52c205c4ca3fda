/** What builds need of codes: src/kernel/codes/code-maker.ts calls these. */
export { encode } from './encode';
export { products } from './products';
export { sums16 } from './sums';
