/** What a visitor does. The functions that are handed to `evaluate` run inside the page. */
import { readFileSync } from 'node:fs';
import type { Visitor } from './driver.ts';

export interface Outcome {
  /** Groups of the hits, best first. */
  readonly groups: readonly string[];
  /** Codes of the notices. */
  readonly notices: readonly string[];
  readonly embedder: string | null;
}

export type Way = 'dialog' | 'drop' | 'paste';

/**
 * Does something in the page and waits for the answer of the next search.
 * @throws Error with the element's error
 */
export async function nextOutcome<Args extends readonly unknown[]>(
  visitor: Visitor,
  act: (...args: Args) => unknown,
  ...args: Args
): Promise<Outcome> {
  return outcomeOf(visitor, null, act, ...args);
}

/** @param start the event after which answers count; null if the next one counts */
async function outcomeOf<Args extends readonly unknown[]>(
  visitor: Visitor,
  start: string | null,
  act: (...args: Args) => unknown,
  ...args: Args
): Promise<Outcome> {
  await visitor.evaluate(listen, start);
  await visitor.evaluate(act as (...args: Args) => void, ...args);
  return visitor.evaluate(() => (window as unknown as { outcome: Promise<Outcome> }).outcome);
}

function listen(start: string | null): void {
  const once = { once: true };
  const outcome = new Promise<Outcome>((resolve, reject) => {
    const hear = () => {
      document.addEventListener(
        'soutu-results',
        (event) => {
          const { hits, notices, engine } = (event as CustomEvent).detail;
          resolve({
            groups: hits.map((hit: { group: string }) => hit.group),
            notices: notices.map((notice: { code: string }) => notice.code),
            embedder: engine.embedder,
          });
        },
        once,
      );
      document.addEventListener(
        'soutu-error',
        (event) => reject((event as CustomEvent).detail.message),
        once,
      );
    };
    if (start) document.addEventListener(start, hear, once);
    else hear();
  });
  outcome.catch(() => undefined);
  Object.assign(window, { outcome });
}

export function searchPhoto(
  visitor: Visitor,
  photo: string | Buffer,
  way: Way = 'dialog',
): Promise<Outcome> {
  const bytes = typeof photo === 'string' ? readFileSync(photo) : photo;
  // A page that was reloaded may still be answering its last search again.
  return outcomeOf(visitor, 'soutu-search', givePhoto, bytes.toString('base64'), way);
}

async function givePhoto(base64: string, way: Way): Promise<void> {
  const element = document.querySelector('soutu-search') as HTMLElement;
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], 'photo.jpg', { type: 'image/jpeg' }));
  let input: HTMLInputElement | null = null;
  while (!input) {
    // The element renders when its script has loaded.
    input = element.shadowRoot?.querySelector<HTMLInputElement>('input[type=file]') ?? null;
    if (!input) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const init = { bubbles: true, cancelable: true, composed: true };
  if (way === 'drop') {
    element.dispatchEvent(new DragEvent('drop', { ...init, dataTransfer: data }));
  } else if (way === 'paste') {
    const event = new ClipboardEvent('paste', init);
    // Firefox takes no files from the constructor's argument.
    Object.defineProperty(event, 'clipboardData', { value: data });
    document.dispatchEvent(event);
  } else {
    input.files = data.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  }
}

/** Searches, and waits until the page can be opened without a network. */
export async function searchAndKeep(visitor: Visitor, photo: string): Promise<Outcome> {
  await visitor.evaluate(() => {
    const kept = new Promise((resolve) => {
      const tell = (event: Event) => {
        const { kept, error } = (event as CustomEvent<{ kept: boolean; error?: Error }>).detail;
        resolve({ kept, reason: error?.message });
      };
      document.addEventListener('soutu-offline', tell, { once: true });
    });
    Object.assign(window, { kept });
  });
  const outcome = await searchPhoto(visitor, photo);
  const { kept, reason } = await visitor.evaluate(
    () => (window as unknown as { kept: Promise<{ kept: boolean; reason?: string }> }).kept,
  );
  if (!kept) throw new Error(`The page could not be kept for use without a network: ${reason}`);
  return outcome;
}
