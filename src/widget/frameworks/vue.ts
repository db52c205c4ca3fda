/** `soutu/vue`: the element, and its types in the templates and the JSX of Vue 3. */
import type { HTMLAttributes } from 'vue';
import type { JSX as VueJsx } from 'vue/jsx-runtime';
import type { SimilarProps } from '../similar/props.ts';
import type { SoutuSimilar } from '../similar/soutu-similar.ts';
import type { SoutuEventMap, SoutuSearch } from '../soutu-search.ts';
import type { SoutuListener, SoutuProps } from './props.ts';

/** Vue's property for `soutu-results` is `onSoutuResults`. */
type Listeners = { readonly [Type in keyof SoutuEventMap as Handler<Type>]?: SoutuListener<Type> };
type Handler<Type extends string> = Type extends `${infer Before}-${infer After}`
  ? `on${Capitalize<Before>}${Capitalize<After>}`
  : never;

type Props = Omit<HTMLAttributes, keyof SoutuProps> & SoutuProps & Listeners;

/** The row is defined by `soutu/similar`. */
type SimilarElementProps = Omit<HTMLAttributes, keyof SimilarProps> &
  SimilarProps &
  Pick<Listeners, 'onSoutuHit'>;

type VueSimilar = new () => SoutuSimilar & { readonly $props: SimilarElementProps };

type VueElement = new () => SoutuSearch & { readonly $props: Props };

declare module 'vue' {
  interface GlobalComponents {
    'soutu-search': VueElement;
    'soutu-similar': VueSimilar;
  }
}

declare module 'vue/jsx-runtime' {
  namespace JSX {
    interface IntrinsicElements {
      'soutu-search': Props & VueJsx.IntrinsicAttributes;
      'soutu-similar': SimilarElementProps & VueJsx.IntrinsicAttributes;
    }
  }
}

export { SoutuSearch } from '../define.ts';
