/** Receives a photo that another app has shared with the installed page. */
import { serveInstalled, takeSharedPhoto } from '../../client/photo/shared-photo.ts';
import type { Arrival } from './arrival.ts';

export class ShareTarget {
  readonly #host: HTMLElement;
  readonly #arrive: (arrival: Arrival) => void;
  #listening: AbortController | null = null;

  constructor(host: HTMLElement, arrive: (arrival: Arrival) => void) {
    this.#host = host;
    this.#arrive = arrive;
  }

  connect(): void {
    this.disconnect();
    const serviceWorker = this.#host.getAttribute('offline');
    if (!serviceWorker) return;
    this.#listening = new AbortController();
    serveInstalled(serviceWorker, this.#listening.signal);
    void this.#take(serviceWorker);
  }

  disconnect(): void {
    this.#listening?.abort();
    this.#listening = null;
  }

  async #take(serviceWorker: string): Promise<void> {
    let photo: File | null = null;
    try {
      photo = await takeSharedPhoto(serviceWorker);
    } catch {
      // Storage is blocked. The page is open, so the visitor can choose the photo here.
    }
    if (photo && this.#host.isConnected) this.#arrive({ kind: 'photo', photo });
  }
}
