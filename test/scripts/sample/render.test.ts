import { describe, expect, it } from 'vitest';
import { BACKDROPS } from '../../../scripts/sample/backdrops.ts';
import { Camera } from '../../../scripts/sample/camera.ts';
import { planSittings } from '../../../scripts/sample/catalogue.ts';
import { planPieces } from '../../../scripts/sample/pieces.ts';
import { randomOf } from '../../../scripts/sample/random.ts';
import { renderPot } from '../../../scripts/sample/render.ts';
import { Pot } from '../../../scripts/sample/skin.ts';
import { Studio } from '../../../scripts/sample/studio.ts';
import { Tracer } from '../../../scripts/sample/trace.ts';
import { drawViews, type View } from '../../../scripts/sample/views.ts';

const backdrop = BACKDROPS[0];
if (!backdrop) throw new Error('Expected a backdrop, found none.');

/** From straight ahead, level with the middle of the pot. */
const LEVEL: View = {
  azimuth: 0.3,
  elevation: 0,
  fill: 0.8,
  shift: [0, 0],
  light: { azimuth: 0.7, elevation: 0.8 },
  warmth: 0,
  exposure: 1,
  backdrop,
};

const pieceOf = (kind: string, seed: number) => {
  const piece = planPieces(seed, 9).find((one) => one.kind.name === kind);
  if (!piece) throw new Error(`Expected a ${kind} among nine pieces, found none.`);
  return piece;
};

describe('a photo', () => {
  it('is the same to the last byte when it is taken again', () => {
    const shoot = () =>
      planSittings(7, 6, 3).map(({ piece, query }) => {
        return renderPot(new Pot(piece), query.view, 40).data;
      });
    expect(shoot()).toEqual(shoot());
  });

  it('is another one with another seed', () => {
    const shoot = (seed: number) => {
      const [sitting] = planSittings(seed, 3, 1);
      if (!sitting) throw new Error('Expected a sitting, got none.');
      return renderPot(new Pot(sitting.piece), sitting.query.view, 24).data;
    };
    expect(shoot(1)).not.toEqual(shoot(2));
  });

  it('shows light paper all around the pot and no black holes', () => {
    const piece = pieceOf('bowl', 3);
    const [view] = drawViews(piece.kind, 4, randomOf('paper'));
    const { data, size } = renderPot(new Pot(piece), view as View, 48);
    for (let i = 0; i < size; i++) {
      for (const pixel of [i, i * size, i * size + size - 1]) {
        expect(Math.min(...data.subarray(pixel * 3, pixel * 3 + 3))).toBeGreaterThan(110);
      }
    }
    expect(data.every((value) => Number.isInteger(value))).toBe(true);
  });

  it.each(['vase', 'bowl'])('shows a %s as wide as geometry says', (kind) => {
    const pot = new Pot(pieceOf(kind, 5));
    const size = 256;
    const camera = new Camera(pot.solid, LEVEL, size);
    const studio = new Studio(pot, LEVEL);
    const light = new Float64Array(3);
    const columns = Array.from({ length: size }, (_, column) => column).filter((column) =>
      Array.from({ length: size / 2 }, (_, i) => i * 2).some(
        (row) => studio.look(...camera.at, camera.ray(column, row), light) === 'pot',
      ),
    );
    const width = (columns.at(-1) as number) - (columns[0] as number) + 1;
    // The lines of sight that touch a circle of radius R at distance D: sin of their angle is R / D.
    const distance = Math.hypot(camera.at[0], camera.at[2]);
    const angle = Math.asin(pot.solid.wall.radius / distance);
    const expected = (size * Math.tan(angle)) / Math.tan((11 * Math.PI) / 180);
    expect(Math.abs(width - expected)).toBeLessThan(2.5);
  });
});

describe('a ray', () => {
  it('that comes down the axis meets the floor of the pot, and one beside it the table', () => {
    const pot = new Pot(pieceOf('vase', 11));
    const tracer = new Tracer(pot.solid);
    const from = pot.solid.height + 3;
    const floor = from - tracer.hit(0, from, 0, 0, -1, 0);
    // A flat foot: the floor is as thick as the wall is there.
    expect(Math.abs(floor - 0.14)).toBeLessThan(0.01);
    expect(tracer.hit(pot.solid.radius + 0.01, from, 0, 0, -1, 0)).toBe(-1);
  });

  it('towards the light is stopped by the wall inside and free outside', () => {
    const { solid } = new Pot(pieceOf('mug', 11));
    const tracer = new Tracer(solid);
    const [dx, dy] = [-Math.SQRT1_2, Math.SQRT1_2];
    expect(tracer.light(-0.1, 0.2, 0, dx, dy, 0, 0.1, true)).toBeLessThan(0.02);
    expect(tracer.light(-solid.radius - 0.4, 0.01, 0, dx, dy, 0, 0.1, false)).toBe(1);
    expect(tracer.openness(solid.wall.mouth * 0.7, 0.2, 0, -1, 0, 0, 1, true)).toBeLessThan(0.8);
    expect(tracer.openness(9, 0, 0, 0, 1, 0, 1, false)).toBe(1);
  });
});
