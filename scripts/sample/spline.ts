/** A point of a drawn line: across, up, half the thickness there (all in decimetres). */
export type Knot = readonly [across: number, up: number, half: number];

/**
 * A smooth line through all knots: centripetal Catmull-Rom (Barry and Goldman's pyramid), which, unlike the uniform
 * variant, makes no loops where knots are close together.
 */
export function smoothLine(knots: readonly Knot[], stepsPerKnot = 12): Knot[] {
  const first = knots[0];
  const last = knots.at(-1);
  if (!first || !last || knots.length < 2) {
    throw new RangeError(`Expected two knots or more for a line, got ${knots.length}.`);
  }
  const mirror = (end: Knot, next: Knot): Knot => [
    2 * end[0] - next[0],
    2 * end[1] - next[1],
    end[2],
  ];
  const all = [mirror(first, knots[1] as Knot), ...knots, mirror(last, knots.at(-2) as Knot)];
  const out: Knot[] = [first];
  for (let i = 1; i + 2 < all.length; i++) {
    const four = all.slice(i - 1, i + 3) as [Knot, Knot, Knot, Knot];
    for (let step = 1; step <= stepsPerKnot; step++) out.push(between(four, step / stepsPerKnot));
  }
  return out;
}

function between([a, b, c, d]: [Knot, Knot, Knot, Knot], share: number): Knot {
  const gap = (p: Knot, q: Knot) => Math.max(1e-4, Math.hypot(q[0] - p[0], q[1] - p[1])) ** 0.5;
  const t1 = gap(a, b);
  const t2 = t1 + gap(b, c);
  const t3 = t2 + gap(c, d);
  const t = t1 + (t2 - t1) * share;
  const lerp = (p: Knot, q: Knot, from: number, to: number): Knot => {
    const s = (t - from) / (to - from);
    return [p[0] + (q[0] - p[0]) * s, p[1] + (q[1] - p[1]) * s, p[2] + (q[2] - p[2]) * s];
  };
  const ab = lerp(a, b, 0, t1);
  const bc = lerp(b, c, t1, t2);
  const cd = lerp(c, d, t2, t3);
  const point = lerp(lerp(ab, bc, 0, t2), lerp(bc, cd, t1, t3), t1, t2);
  // Half the thickness is interpolated linearly, so that it never overshoots below 0.
  return [point[0], point[1], b[2] + (c[2] - b[2]) * share];
}
