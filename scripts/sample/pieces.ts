import { CLAYS, type Colour, GLAZES, type Glaze } from './glazes.ts';
import { KINDS } from './kinds.ts';
import type { Pattern } from './pattern.ts';
import { PATTERNS } from './patterns.ts';
import { type Random, randomOf } from './random.ts';
import type { Form, Kind } from './turn.ts';

/** One pot of the shop, before it is thrown. */
export interface Piece {
  /** `vase-001`; also the group of its photos. */
  readonly id: string;
  readonly kind: Kind;
  readonly form: Form;
  readonly glaze: Glaze;
  readonly pattern: Pattern;
  /** The second glaze, or the clay that the pattern leaves bare. */
  readonly second: Glaze | undefined;
  /** The clay that it is made of, visible at the foot. */
  readonly clay: Glaze;
  /** The glaze inside a piece that is decorated only on the outside. */
  readonly liner: Glaze;
  readonly title: string;
  readonly price: number;
  /** Seed of all its other random properties. */
  readonly seed: string;
}

type Idea = Pick<Piece, 'form' | 'glaze' | 'pattern' | 'second' | 'clay'>;

const CANDIDATES = 60;

/** The shop's pieces, kind by kind in turn, so that the first few show all kinds. */
export function planPieces(seed: number, total: number): Piece[] {
  const byKind = KINDS.map((kind, k) => {
    const count = Math.floor(total / KINDS.length) + (k < total % KINDS.length ? 1 : 0);
    return planKind(kind, count, seed);
  });
  const rounds = Math.max(...byKind.map((pieces) => pieces.length));
  return Array.from({ length: rounds }, (_, round) =>
    byKind.flatMap((pieces) => pieces.slice(round, round + 1)),
  ).flat();
}

/** Mitchell's best candidate: of many ideas, takes the one least similar to any existing piece. */
function planKind(kind: Kind, count: number, seed: number): Piece[] {
  const random = randomOf(seed, 'plan', kind.name);
  const taken: Idea[] = [];
  while (taken.length < count) {
    const ideas = Array.from({ length: CANDIDATES }, () => drawIdea(kind, random));
    const apart = (idea: Idea) => Math.min(...taken.map((other) => difference(idea, other)));
    const best = ideas.reduce((a, b) => (apart(b) > apart(a) ? b : a));
    if (taken.length > 0 && apart(best) <= 0) {
      throw new RangeError(`Expected ${count} different ${kind.name}s, found ${taken.length}.`);
    }
    taken.push(best);
  }
  return taken.map((idea, i): Piece => {
    const id = `${kind.name}-${String(i + 1).padStart(3, '0')}`;
    const draw = randomOf(seed, 'piece', id);
    const liner = draw.next() < 0.6 ? idea.glaze : draw.pick(linersFor(idea.glaze));
    const price = basePrice(kind, idea.form, draw) * idea.pattern.work;
    return {
      ...idea,
      id,
      kind,
      liner,
      title: titleOf(idea),
      price: Math.round(price / 2) * 2,
      seed: `${seed}/${id}`,
    };
  });
}

function drawIdea(kind: Kind, random: Random): Idea {
  const glaze = random.pick(GLAZES);
  const pattern = random.pick(PATTERNS.filter(({ name }) => !kind.without?.includes(name)));
  const clay = random.pick(CLAYS.filter((one) => contrast(one.body, glaze.body) > 12));
  const second =
    pattern.second === 'glaze'
      ? random.pick(GLAZES.filter((other) => goesWith(other.body, glaze.body)))
      : pattern.second === 'clay'
        ? clay
        : undefined;
  return { form: random.pick(kind.forms), glaze, pattern, second, clay };
}

/**
 * Whether two glazes can share a pot. They must contrast, and one must be nearly neutral: two saturated glazes look
 * like plastic.
 */
function goesWith(a: Colour, b: Colour): boolean {
  return contrast(a, b) > 32 && Math.min(chroma(a), chroma(b)) < 18.5;
}

/** Depends mostly on the clay and kiln space that a form takes among its kind's forms, and slightly on chance. */
function basePrice(kind: Kind, form: Form, random: Random): number {
  const sizeOf = ({ height, width }: Form): number => (height[0] + width[0]) * width[0];
  const sizes = kind.forms.map(sizeOf);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const share = 0.75 * ((sizeOf(form) - least) / (most - least)) + 0.25 * random.next();
  const [cheap, dear] = kind.price;
  return cheap + ((dear - cheap) / 1.4) * share;
}

function linersFor(glaze: Glaze): Glaze[] {
  return GLAZES.filter(
    ({ name, body }) => name !== glaze.name && (body[1] > 0.5 || body[1] < 0.02),
  );
}

/** Visual dissimilarity of two pieces: colours weigh most, then pattern and form. */
function difference(a: Idea, b: Idea): number {
  const ground = Math.min(60, contrast(a.glaze.body, b.glaze.body));
  const second =
    a.second && b.second
      ? Math.min(50, contrast(a.second.body, b.second.body)) * 0.5
      : a.second || b.second
        ? 15
        : 0;
  return (
    ground +
    second +
    (a.pattern.name === b.pattern.name ? 0 : 35) +
    (a.form.name === b.form.name ? 0 : 30)
  );
}

/** CIE76 ΔE between two colours: 2 is just visible, 100 is black against white. */
export function contrast(a: Colour, b: Colour): number {
  const [p, q] = [labOf(a), labOf(b)];
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

function chroma(colour: Colour): number {
  const [, a, b] = labOf(colour);
  return Math.hypot(a, b);
}

const root = (t: number): number => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);

function labOf([r, g, b]: Colour): [number, number, number] {
  // sRGB primaries, D65 white.
  const x = root((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = root(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = root((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function titleOf({ glaze, form, pattern, second }: Idea): string {
  const phrase = pattern.phrase(second?.name ?? '');
  const name = `${glaze.name} ${form.name}`;
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}${phrase ? `, ${phrase}` : ''}`;
}
