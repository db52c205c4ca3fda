import { describe, expect, it } from 'vitest';
import { GLAZES, linearOf } from '../../../scripts/sample/glazes.ts';
import { PATTERNS } from '../../../scripts/sample/patterns.ts';
import { contrast, type Piece, planPieces } from '../../../scripts/sample/pieces.ts';
import { randomOf } from '../../../scripts/sample/random.ts';
import { drawViews } from '../../../scripts/sample/views.ts';

const pieces = planPieces(1, 98);

describe('the plan of the shop', () => {
  it('has ninety-eight pieces, each with a name of its own, kind by kind in turn', () => {
    expect(pieces).toHaveLength(98);
    expect(new Set(pieces.map(({ id }) => id)).size).toBe(98);
    expect(new Set(pieces.map(({ title }) => title)).size).toBe(98);
    expect(pieces.slice(0, 8).map(({ id }) => id)).toEqual([
      'vase-001',
      'bowl-001',
      'mug-001',
      'plate-001',
      'jug-001',
      'bottle-001',
      'teapot-001',
      'vase-002',
    ]);
  });

  it('has no two pieces of a kind that share glaze and pattern and second glaze', () => {
    const look = ({ kind, glaze, pattern, second }: Piece) =>
      [kind.name, glaze.name, pattern.name, second?.name].join('/');
    expect(new Set(pieces.map(look)).size).toBe(98);
  });

  it('uses every glaze and every pattern', () => {
    expect(new Set(pieces.map(({ glaze }) => glaze.name)).size).toBe(GLAZES.length);
    expect(new Set(pieces.map(({ pattern }) => pattern.name)).size).toBe(PATTERNS.length);
  });

  it('is the same with the same seed only', () => {
    const titles = (seed: number) => planPieces(seed, 12).map(({ title }) => title);
    expect(titles(5)).toEqual(titles(5));
    expect(titles(5)).not.toEqual(titles(6));
  });

  it('asks prices that a shop might', () => {
    for (const { price } of pieces) {
      expect(price % 2).toBe(0);
      expect(price).toBeGreaterThan(18);
      expect(price).toBeLessThan(200);
    }
  });
});

describe('colours', () => {
  it('are as far apart as CIE L*a*b* has them', () => {
    expect(contrast(linearOf('#ffffff'), linearOf('#000000'))).toBeCloseTo(100, 1);
    // Reference: sRGB red is L* 53.24, a* 80.09, b* 67.20 (D65).
    const red = contrast(linearOf('#ff0000'), linearOf('#000000'));
    expect(Math.abs(red - Math.hypot(53.24, 80.09, 67.2))).toBeLessThan(0.5);
  });
});

describe('views', () => {
  it('take one slice of angle, height and distance each', () => {
    for (const { kind, seed } of pieces.slice(0, 12)) {
      const views = drawViews(kind, 4, randomOf(seed, 'views'));
      for (const of of ['azimuth', 'elevation', 'fill'] as const) {
        const sorted = views.map((view) => view[of]).sort((a, b) => a - b);
        sorted.forEach((value, i) => {
          const before = sorted[i - 1];
          if (before !== undefined) expect(value - before).toBeGreaterThan(0.003);
        });
      }
      const [low, high] = kind.elevation;
      for (const { elevation } of views) {
        expect(elevation * (180 / Math.PI)).toBeGreaterThan(low);
        expect(elevation * (180 / Math.PI)).toBeLessThan(high);
      }
    }
  });
});
