import { describe, expect, it } from 'vitest';
import { measuresOf, volumeOf } from '../../../scripts/sample/measure.ts';
import { planPieces } from '../../../scripts/sample/pieces.ts';
import { Pot } from '../../../scripts/sample/skin.ts';

describe('measures', () => {
  it('have the volume of a cylinder where the wall is one', () => {
    const line = Array.from({ length: 101 }, (_, i) => [0.5, i / 100, 0.05] as const);
    expect(volumeOf(line)).toBeCloseTo(Math.PI * 0.45 ** 2 * 0.95, 3);
  });

  it('are those of the piece that is photographed', () => {
    for (const piece of planPieces(1, 21)) {
      const { solid } = new Pot(piece);
      const { wall } = solid;
      const top = () => {
        for (let y = solid.height; y > 0; y -= 0.004) {
          for (let x = solid.box.left; x < solid.box.right; x += 0.008) {
            if (solid.distance(x, y, 0) < 0) return y;
          }
        }
        return 0;
      };
      const told = measuresOf(piece);
      const [size, name] = piece.kind.flat
        ? [wall.radius * 2, 'width (cm)']
        : [piece.kind.name === 'jug' ? wall.height : top(), 'height (cm)'];
      expect(Math.abs((told[name] as number) - size * 10)).toBeLessThan(0.36);
      if (piece.kind.flat) continue;
      // Counted in small cubes' half sections: the hollow below 95 % of the height.
      let litres = 0;
      const step = 0.01;
      for (let y = step / 2; y < wall.height * 0.95; y += step) {
        for (let r = step / 2; r < wall.radius; r += step) {
          const isInside = wall.hollow.at(r, y) < 0 && wall.distance.at(r, y) > 0;
          if (isInside) litres += 2 * Math.PI * r * step * step;
        }
      }
      const counted = told['volume (ml)'] as number;
      expect(Math.abs(counted - litres * 1000)).toBeLessThan(20 + litres * 60);
    }
  });
});
