import { bottle } from './kinds/bottle.ts';
import { bowl } from './kinds/bowl.ts';
import { jug } from './kinds/jug.ts';
import { mug } from './kinds/mug.ts';
import { plate } from './kinds/plate.ts';
import { teapot } from './kinds/teapot.ts';
import { vase } from './kinds/vase.ts';
import type { Kind } from './turn.ts';

/** The kinds of pieces. To add one, create a file and list it here. */
export const KINDS: readonly Kind[] = [vase, bowl, mug, plate, jug, bottle, teapot];
