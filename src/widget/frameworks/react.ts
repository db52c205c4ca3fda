/** `soutu/react`: the element, and its types in the JSX of React 19. */
import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { SoutuEventMap, SoutuSearch } from '../soutu-search.ts';
import type { SoutuListener, SoutuProps } from './props.ts';

/** React's property for `soutu-results` is `onsoutu-results`. */
type Listeners = { readonly [Type in keyof SoutuEventMap as `on${Type}`]?: SoutuListener<Type> };

type Native = DetailedHTMLProps<HTMLAttributes<SoutuSearch>, SoutuSearch>;

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'soutu-search': Omit<Native, keyof SoutuProps> & SoutuProps & Listeners;
    }
  }
}

export { SoutuSearch } from '../define.ts';
