/** The attributes and properties that framework templates may set on `<soutu-similar>`. */
import type { SoutuSimilar } from './soutu-similar.ts';

export type SimilarProps = Partial<Pick<SoutuSimilar, 'bundle' | 'item' | 'size' | 'search'>> & {
  /** Default "Similar items" in the page's language. */
  readonly heading?: string;
  readonly lang?: string;
};
