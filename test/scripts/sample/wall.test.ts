import { describe, expect, it } from 'vitest';
import { KINDS } from '../../../scripts/sample/kinds.ts';
import { randomOf } from '../../../scripts/sample/random.ts';
import { type Knot, smoothLine } from '../../../scripts/sample/spline.ts';
import { drawSection, turn, wallRadiusAt } from '../../../scripts/sample/turn.ts';
import { bakeWall } from '../../../scripts/sample/wall.ts';

/** The oracle: the clay as thousands of discs along its lines, cut off at the table. */
function distanceToDiscs(discs: readonly Knot[], r: number, y: number): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (const [x, up, half] of discs) nearest = Math.min(nearest, Math.hypot(r - x, y - up) - half);
  return Math.max(nearest, -y);
}

function discsOf(line: readonly Knot[]): Knot[] {
  return line.flatMap((b, i): Knot[] => {
    const a = line[i - 1];
    if (!a) return [b];
    return Array.from({ length: 20 }, (_, s) => {
      const t = s / 20;
      return [0, 1, 2].map((n) => (a[n] as number) * (1 - t) + (b[n] as number) * t) as never;
    });
  });
}

describe.each(KINDS)('a section of a $name', (kind) => {
  const forms = kind.forms.map((form) => ({ form, name: form.name }));

  it.each(forms)('has the distances of its discs: $name', ({ form }) => {
    const random = randomOf('wall', form.name);
    const section = drawSection(kind, form, random);
    const wall = bakeWall(section);
    const discs = [section.line, ...section.extra].flatMap(discsOf);
    const cell = wall.distance.cell;
    for (let i = 0; i < 150; i++) {
      const r = random.between(0, wall.radius * 1.05);
      const y = random.between(0, wall.height * 1.03);
      const expected = distanceToDiscs(discs, r, y);
      const got = wall.distance.distanceAt(r, y);
      // Where the foot ring meets the floor, clay is melted on: never less clay than the oracle.
      const melted = section.extra.length > 0 && y < 0.4 ? 0.008 : 0;
      expect(got).toBeLessThan(expected + cell);
      expect(got).toBeGreaterThan(expected - cell - melted);
    }
  });

  it.each(forms)('tells its inner skin from its outer one: $name', ({ form }) => {
    const section = drawSection(kind, form, randomOf('side', form.name));
    const wall = bakeWall(section);
    const { line, floorPoints } = section;
    const ring = section.extra.flatMap(discsOf);
    for (let i = floorPoints + 6; i + 4 < line.length; i += 5) {
      const [a, b] = [line[i - 1] as Knot, line[i + 1] as Knot];
      const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
      const [nx, ny] = [(b[1] - a[1]) / length, -(b[0] - a[0]) / length];
      const [r, y, half] = line[i] as Knot;
      expect(wall.side.at(r + nx * half, y + ny * half)).toBeGreaterThan(0.5);
      expect(wall.side.at(r - nx * half, y - ny * half)).toBeLessThan(-0.5);
      expect(wall.distance.at(r + nx * half * 0.5, y + ny * half * 0.5)).toBeLessThan(0);
      const [outR, outY] = [r + nx * half * 1.6, y + ny * half * 1.6];
      // A plate's foot ring stands under its wall.
      if (distanceToDiscs(ring, outR, outY) < 0.03) continue;
      expect(wall.distance.at(outR, outY)).toBeGreaterThan(0);
    }
  });

  it.each(forms)('is hollow, open at the top and stands on the table: $name', ({ form }) => {
    const { wall } = turn(kind, form, randomOf('hollow', form.name));
    for (let share = kind.flat ? 0.75 : 0.45; share < 1.2; share += 0.1) {
      expect(wall.distance.distanceAt(0, wall.height * share)).toBeGreaterThan(0.02);
    }
    expect(wall.distance.distanceAt(0.1, -0.05)).toBeGreaterThan(0);
  });
});

const kindNamed = (name: string) => {
  const kind = KINDS.find((one) => one.name === name);
  if (!kind) throw new Error(`Expected a kind named ${name}, found none.`);
  return kind;
};

describe('what is fitted to a wall', () => {
  it('a lid or a cork closes it, with air below and above', () => {
    for (const kind of ['teapot', 'bottle'].map(kindNamed)) {
      for (const form of kind.forms) {
        const solid = turn(kind, form, randomOf('cap', form.name));
        if (!solid.cap) continue;
        const above = solid.height + 0.05;
        let clay = 0;
        for (let y = solid.wall.height; y < above; y += 0.005) {
          if (solid.distance(0, y, 0) >= 0) continue;
          clay++;
          expect(['cap', 'stuck on']).toContain(solid.partAt(0, y, 0));
        }
        expect(clay).toBeGreaterThan(5);
        expect(solid.distance(0, solid.wall.height * 0.6, 0)).toBeGreaterThan(0.05);
        expect(solid.distance(0, above, 0)).toBeGreaterThan(0);
      }
    }
  });

  it('a teapot pours: its spout is a pipe that ends outside of the belly and no lower than the lip', () => {
    const kind = kindNamed('teapot');
    for (const form of kind.forms) {
      const solid = turn(kind, form, randomOf('spout', form.name));
      const lip = solid.wall.height;
      expect(solid.box.left).toBeLessThan(-solid.radius - 0.3);
      // Down into the spout there is a hole with clay on both sides of it.
      const found = (y: number) => {
        let row = '';
        for (let x = solid.box.left - 0.1; x < -solid.radius; x += 0.008) {
          row += solid.distance(x, y, 0) < 0 ? '#' : '.';
        }
        return row.replaceAll(/(.)\1+/g, '$1');
      };
      expect(found(lip * 0.93)).toBe('.#.#.');
      const highest = (x: number) => {
        for (let y = lip * 1.3; y > 0; y -= 0.005) if (solid.distance(x, y, 0) < 0) return y;
        return 0;
      };
      const tops = [0.1, 0.15, 0.2, 0.25, 0.3].map((way) => highest(solid.box.left + way));
      expect(Math.max(...tops)).toBeGreaterThan(lip * 0.97);
    }
  });

  it('a jug has a lip that reaches out on one side only, and is open', () => {
    const kind = kindNamed('jug');
    for (const form of kind.forms) {
      const solid = turn(kind, form, randomOf('lip', form.name));
      const { mouth, height } = solid.wall;
      const outermost = (dx: number, dz: number) => {
        for (let r = mouth + 0.8; r > 0; r -= 0.005) {
          if (solid.distance(dx * r, height - 0.02, dz * r) < 0) return r;
        }
        return 0;
      };
      const side = outermost(0, 1);
      expect(outermost(-1, 0)).toBeGreaterThan(side + 0.12);
      expect(Math.abs(outermost(0, -1) - side)).toBeLessThan(0.01);
      expect(solid.distance(-mouth, height, 0)).toBeGreaterThan(0.02);
    }
  });
});

describe('a solid', () => {
  it('never overstates the way to the clay, from near or from far', () => {
    const random = randomOf('lipschitz');
    for (const kind of KINDS) {
      const solid = turn(kind, random.pick(kind.forms), random);
      const point = () => [0, 1, 2].map(() => random.between(-3, 4)) as [number, number, number];
      for (let i = 0; i < 400; i++) {
        const [a, b] = [point(), point()];
        const apart = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
        const differ = Math.abs(solid.distance(...a) - solid.distance(...b));
        expect(differ).toBeLessThan(apart * 1.05 + 0.03);
      }
    }
  });

  it('has its handle outside of the wall only', () => {
    const mug = kindNamed('mug');
    for (const form of mug.forms) {
      const solid = turn(mug, form, randomOf('handle', form.name));
      const { line } = drawSection(mug, form, randomOf('handle', form.name));
      let clay = 0;
      for (let share = 0.3; share < 0.95; share += 0.02) {
        const y = solid.wall.height * share;
        const inner = wallRadiusAt(line, y) - 0.08;
        expect(solid.distance(inner, y, 0)).toBeGreaterThan(0);
        if (solid.distance(solid.wall.radius + 0.1, y, 0) < 0) clay++;
      }
      expect(clay).toBeGreaterThan(0);
      expect(solid.box.right).toBeGreaterThan(solid.wall.radius + 0.15);
    }
  });
});

describe('a smooth line', () => {
  it('goes through its knots and never gets thinner than its thinnest one', () => {
    const knots: Knot[] = [
      [0, 0, 0.1],
      [1, 0.1, 0.02],
      [1.1, 1, 0.02],
      [0.4, 1.5, 0.05],
    ];
    const line = smoothLine(knots, 10);
    expect(line).toHaveLength(31);
    knots.forEach((knot, i) => {
      const at = line[i * 10] as Knot;
      for (let n = 0; n < 3; n++) {
        expect(Math.abs((at[n] as number) - (knot[n] as number))).toBeLessThan(1e-9);
      }
    });
    expect(Math.min(...line.map(([, , half]) => half))).toBeGreaterThan(0.0199);
  });

  it('needs two knots', () => {
    expect(() => smoothLine([[0, 0, 1]])).toThrow('Expected two knots or more for a line, got 1.');
  });
});
