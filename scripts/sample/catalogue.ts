import { type Piece, planPieces } from './pieces.ts';
import { randomOf } from './random.ts';
import { drawViews, type View } from './views.ts';

/** Photos of each piece in the catalogue; one more stays out of it as a query. */
export const PHOTOS = 3;

export interface Shot {
  /** Relative to the output folder. */
  readonly path: string;
  readonly view: View;
}

export interface Sitting {
  readonly piece: Piece;
  readonly photos: readonly Shot[];
  readonly query: Shot;
}

/** Everything that is to be rendered. */
export function planSittings(seed: number, total: number, only: number): Sitting[] {
  return planPieces(seed, total)
    .slice(0, only)
    .map((piece): Sitting => {
      // All views come from one hat, and which of them is held out is drawn too: an honest question.
      const [held, ...views] = drawViews(piece.kind, PHOTOS + 1, randomOf(piece.seed, 'views'));
      if (!held) throw new RangeError('Expected a view to hold out, got none.');
      return {
        piece,
        photos: views.map((view, i) => ({ path: `photos/${piece.id}-${i + 1}.jpg`, view })),
        query: { path: `queries/${piece.id}.jpg`, view: held },
      };
    });
}

/** `catalogue.json`: items sorted by id, one a line, so that a change shows as the lines it touches. */
export function catalogueJson(sittings: readonly Sitting[]): string {
  const items = sittings.flatMap(({ piece, photos }) =>
    photos.map((shot, i) => ({
      id: `${piece.id}-${i + 1}`,
      image: shot.path,
      group: piece.id,
      title: piece.title,
      url: `#${piece.id}`,
      attributes: {
        kind: piece.kind.name,
        glaze: piece.glaze.name,
        colour: piece.glaze.colour,
        pattern: piece.pattern.name,
        price: piece.price,
        currency: 'EUR',
      },
    })),
  );
  items.sort((a, b) => (a.id < b.id ? -1 : 1));
  const lines = items.map((item) => `    ${JSON.stringify(item)}`).join(',\n');
  return `{\n  "title": "A potter's shop",\n  "items": [\n${lines}\n  ]\n}\n`;
}

/** `queries.tsv`: path of a held-out photo, the group that should come first. */
export function queriesTsv(sittings: readonly Sitting[]): string {
  const lines = sittings.map(({ piece, query }) => `${query.path}\t${piece.id}\n`);
  return lines.sort().join('');
}
