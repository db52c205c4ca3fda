import { PAPERS } from './backdrops.ts';
import { measuresOf } from './measure.ts';
import { type Piece, planPieces } from './pieces.ts';
import { randomOf } from './random.ts';
import { drawViews, type View } from './views.ts';

/** Photos of each piece in the catalogue; one more is held out as a query. */
export const PHOTOS = 3;

/** The page's texts. */
const SHOP = {
  title: 'Ines Marlow',
  subtitle:
    'Stoneware for the table, thrown one piece at a time. Show a photo of a pot you like, and see what ' +
    'there is that looks like it.',
  note: 'A sample shop: potter and pots are made up, the pictures are rendered, and nothing is for sale.',
  browse: {
    by: 'kind',
    names: {
      teapot: 'Teapots',
      mug: 'Mugs',
      jug: 'Jugs',
      bowl: 'Bowls',
      plate: 'Plates',
      vase: 'Vases',
      bottle: 'Bottles',
    },
  },
};

/** Pieces whose held-out photo the page offers as a sample query. */
const SAMPLE_QUERIES = new Set([
  'vase-006',
  'bowl-003',
  'mug-004',
  'plate-002',
  'jug-005',
  'bottle-006',
  'teapot-004',
  'teapot-001',
]);

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

/** Plans all photos to render. */
export function planSittings(seed: number, total: number, only: number): Sitting[] {
  return planPieces(seed, total)
    .slice(0, only)
    .map((piece): Sitting => {
      // All views are drawn from one distribution, and the held-out one is chosen at random: a fair query.
      const random = randomOf(piece.seed, 'views');
      const [held, first, ...others] = drawViews(piece.kind, PHOTOS + 1, random);
      if (!held || !first) throw new RangeError('Expected two views or more, got fewer.');
      // A piece's main picture is taken on plain paper.
      const views = [{ ...first, backdrop: random.pick(PAPERS) }, ...others];
      // The query photo has the backdrop of one of the catalogue's photos.
      const { backdrop } = random.pick(views);
      return {
        piece,
        photos: views.map((view, i) => ({ path: `photos/${piece.id}-${i + 1}.jpg`, view })),
        query: { path: `queries/${piece.id}.jpg`, view: { ...held, backdrop } },
      };
    });
}

/** `catalogue.json`: items sorted by id, one per line, so that diffs show only the changed items. */
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
        finish: piece.pattern.finish,
        ...measuresOf(piece),
        price: piece.price,
        currency: 'EUR',
      },
    })),
  );
  items.sort((a, b) => (a.id < b.id ? -1 : 1));
  const queries = sittings
    .filter(({ piece }) => SAMPLE_QUERIES.has(piece.id))
    .map(({ piece, query }) => ({ image: query.path, title: piece.title }));
  const head = Object.entries(SHOP).map(
    ([name, words]) => `  "${name}": ${JSON.stringify(words)},`,
  );
  return [
    '{',
    ...head,
    '  "queries": [',
    onePerLine(queries),
    '  ],',
    '  "items": [',
    onePerLine(items),
    '  ]',
    '}\n',
  ].join('\n');
}

function onePerLine(rows: readonly object[]): string {
  return rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n');
}

/** `queries.tsv`: path of a held-out photo, the group that should rank first. */
export function queriesTsv(sittings: readonly Sitting[]): string {
  const lines = sittings.map(({ piece, query }) => `${query.path}\t${piece.id}\n`);
  return lines.sort().join('');
}
