/** `soutu/vue`: the element, and its types in the templates and the JSX of Vue 3. */
import type { HTMLAttributes } from 'vue';
import type { JSX as VueJsx } from 'vue/jsx-runtime';
import type { SoutuEventMap, SoutuSearch } from '../soutu-search.ts';
import type { SoutuListener, SoutuProps } from './props.ts';

/** Vue's property for `soutu-results` is `onSoutuResults`. */
type Listeners = { readonly [Type in keyof SoutuEventMap as Handler<Type>]?: SoutuListener<Type> };
type Handler<Type extends string> = Type extends `${infer Before}-${infer After}`
  ? `on${Capitalize<Before>}${Capitalize<After>}`
  : never;

type Props = Omit<HTMLAttributes, keyof SoutuProps> & SoutuProps & Listeners;

type VueElement = new () => SoutuSearch & { readonly $props: Props };

declare module 'vue' {
  interface GlobalComponents {
    'soutu-search': VueElement;
  }
}

declare module 'vue/jsx-runtime' {
  namespace JSX {
    interface IntrinsicElements {
      'soutu-search': Props & VueJsx.IntrinsicAttributes;
    }
  }
}

export { SoutuSearch } from '../define.ts';
