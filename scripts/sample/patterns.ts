import type { Pattern } from './pattern.ts';
import { bands } from './patterns/bands.ts';
import { brushwork, sprigs } from './patterns/brush.ts';
import { bareBase, dipped, drips } from './patterns/dip.ts';
import { dots } from './patterns/dots.ts';
import { lattice, waves } from './patterns/lines.ts';
import { plain } from './patterns/plain.ts';
import { fluted, ribbed } from './patterns/relief.ts';
import { speckled } from './patterns/speckle.ts';

/** The decorations. To add one, create a file and list it here. */
export const PATTERNS: readonly Pattern[] = [
  plain,
  bands,
  dots,
  dipped,
  drips,
  speckled,
  brushwork,
  sprigs,
  fluted,
  ribbed,
  waves,
  lattice,
  bareBase,
];
