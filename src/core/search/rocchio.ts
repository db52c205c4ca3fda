/** Weights of the parts of a query, by what the visitor said about them. */

const LIKED = 0.75;
const DISLIKED = -0.5;

export interface PartWeights {
  readonly photo: number;
  readonly liked: number;
  readonly disliked: number;
}

/**
 * The weight of each part. The photos, or the liked items if there are none, have 1 together, because several photos are
 * views of one thing. With photos, liked items have 0.75 together; disliked ones have −0.5.
 * @param photos how many photos; and so on
 */
export function partWeights(photos: number, liked: number, disliked: number): PartWeights {
  return {
    photo: 1 / photos,
    liked: (photos > 0 ? LIKED : 1) / liked,
    disliked: DISLIKED / disliked,
  };
}
