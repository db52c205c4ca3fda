/** What every search needs of codes: src/kernel/codes/wasm-code-rows.ts calls these. */
export { decode } from './decode';
export { sums8, sums16 } from './sums';
