/** What search needs of codes: src/kernel/codes/code-kernel.ts calls these. */
export { decode } from './decode';
export { sums8, sums16 } from './sums';
