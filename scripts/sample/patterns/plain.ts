import type { Pattern } from '../pattern.ts';

export const plain: Pattern = {
  name: 'plain',
  finish: 'plain',
  phrase: () => '',
  second: 'none',
  work: 1,
  draw: () => () => {},
};
