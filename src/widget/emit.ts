/** Fires the element's events. */
import type { SoutuEventMap } from './events.ts';

/** @returns false if a listener cancelled the event */
export function emit<Type extends keyof SoutuEventMap>(
  element: HTMLElement,
  type: Type,
  detail: SoutuEventMap[Type]['detail'],
): boolean {
  const cancelable = type === 'soutu-hit';
  const event = new CustomEvent(type, { detail, bubbles: true, composed: true, cancelable });
  return element.dispatchEvent(event);
}
