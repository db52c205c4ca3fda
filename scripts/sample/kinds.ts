import { bottle } from './kinds/bottle.ts';
import { bowl } from './kinds/bowl.ts';
import { jug } from './kinds/jug.ts';
import { mug } from './kinds/mug.ts';
import { plate } from './kinds/plate.ts';
import { teapot } from './kinds/teapot.ts';
import { vase } from './kinds/vase.ts';
import type { Kind } from './turn.ts';

/** What the potter makes; a new kind is a new file and a word here. */
export const KINDS: readonly Kind[] = [vase, bowl, mug, plate, jug, bottle, teapot];
