import type { EngineChoice } from '../browser/engine-choice.ts';
import { assignAttribute, DEFAULT_SIZE, numberAttribute } from './attributes.ts';

/** The properties of `<soutu-search>` that reflect attributes, which soutu-search.ts describes. */
export class AttributeElement extends HTMLElement {
  get bundle(): string {
    return this.getAttribute('bundle') ?? '';
  }
  set bundle(value: string) {
    this.setAttribute('bundle', value);
  }

  get bundles(): string | null {
    return this.getAttribute('bundles');
  }
  set bundles(value: string | null) {
    assignAttribute(this, 'bundles', value);
  }

  get remote(): string | null {
    return this.getAttribute('remote');
  }
  set remote(value: string | null) {
    assignAttribute(this, 'remote', value);
  }

  /** `button`, or null for the whole element in its place. */
  get mode(): 'button' | null {
    return this.getAttribute('mode') === 'button' ? 'button' : null;
  }
  set mode(value: 'button' | null) {
    assignAttribute(this, 'mode', value);
  }

  get size(): number {
    return numberAttribute(this, 'size') ?? DEFAULT_SIZE;
  }
  set size(value: number) {
    this.setAttribute('size', String(value));
  }

  get minScore(): number | null {
    return numberAttribute(this, 'min-score');
  }
  set minScore(value: number | null) {
    assignAttribute(this, 'min-score', value);
  }

  get group(): boolean {
    return this.hasAttribute('group');
  }
  set group(value: boolean) {
    this.toggleAttribute('group', value);
  }

  get listCopies(): boolean {
    return this.hasAttribute('list-copies');
  }
  set listCopies(value: boolean) {
    this.toggleAttribute('list-copies', value);
  }

  get maxPixels(): number | null {
    return numberAttribute(this, 'max-pixels');
  }
  set maxPixels(value: number | null) {
    assignAttribute(this, 'max-pixels', value);
  }

  get engine(): EngineChoice {
    return (this.getAttribute('engine') ?? 'auto') as EngineChoice;
  }
  set engine(value: EngineChoice) {
    this.setAttribute('engine', value);
  }
}
