/** `soutu/react`: the element, and its types in the JSX of React 19. */
import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { SimilarProps } from '../similar/props.ts';
import type { SoutuSimilar } from '../similar/soutu-similar.ts';
import type { SoutuEventMap, SoutuSearch } from '../soutu-search.ts';
import type { SoutuListener, SoutuProps } from './props.ts';

/** React's property for `soutu-results` is `onsoutu-results`. */
type Listeners = { readonly [Type in keyof SoutuEventMap as `on${Type}`]?: SoutuListener<Type> };

/** The row is defined by `soutu/similar`. */
type NativeSimilar = DetailedHTMLProps<HTMLAttributes<SoutuSimilar>, SoutuSimilar>;

type Native = DetailedHTMLProps<HTMLAttributes<SoutuSearch>, SoutuSearch>;

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'soutu-search': Omit<Native, keyof SoutuProps> & SoutuProps & Listeners;
      'soutu-similar': Omit<NativeSimilar, keyof SimilarProps> &
        SimilarProps &
        Pick<Listeners, 'onsoutu-hit'>;
    }
  }
}

export { SoutuSearch } from '../define.ts';
