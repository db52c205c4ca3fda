/** What searches among many codes need besides: src/kernel/codes/code-ranking.ts calls these. */
export { best } from './best';
export { fourSums8 } from './four-sums';
export { rotate } from './rotate';
