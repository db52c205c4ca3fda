/** The collapsed "About this search": the model and its licence, what this device stores, and a button to delete it. */
import type { BundleInfo } from '../core/contract.ts';
import { messageOf } from '../core/errors.ts';
import { create, createButton } from './dom.ts';
import type { RecentPlaceHandlers } from './recent/recent-place.ts';
import type { Words } from './words/words.ts';

export interface AboutHandlers extends Pick<RecentPlaceHandlers, 'past'> {
  /** @throws the errors of opening the bundle */
  readonly onAbout: () => Promise<BundleInfo>;
  /** Deletes everything that the search has stored on the device. */
  readonly onForget: () => Promise<void>;
}

export class About {
  readonly element: HTMLDetailsElement;
  readonly #words: Words;
  readonly #handlers: AboutHandlers;
  readonly #facts = create('div', 'about-facts');
  readonly #status = create('p', 'note', { role: 'status' });
  readonly #forget: HTMLButtonElement;
  #info: BundleInfo | null = null;
  /** Everything was deleted, and nothing has been searched since. */
  #isForgotten = false;

  constructor(words: Words, handlers: AboutHandlers) {
    this.#words = words;
    this.#handlers = handlers;
    this.#forget = createButton('button forget', words.text('forget'), () => void this.#onForget());
    this.element = create(
      'details',
      'about',
      {},
      create('summary', 'about-summary', {}, words.text('about')),
      this.#facts,
      this.#forget,
      this.#status,
    );
    this.element.ontoggle = () => {
      if (this.element.open) void this.#show();
      else this.#status.textContent = '';
    };
  }

  /** After a search: the device may store more now. */
  refresh(): void {
    this.#isForgotten = false;
    if (this.element.open && this.#info) void this.#showFacts();
  }

  async #show(): Promise<void> {
    try {
      this.#info = await this.#handlers.onAbout();
    } catch (error) {
      this.#info = null;
      await this.#showFacts([messageOf(error)]);
      return;
    }
    await this.#showFacts();
  }

  /** @param lines after the first line, in place of what is known of the bundle */
  async #showFacts(given?: readonly string[]): Promise<void> {
    const lines = [this.#words.text('aboutPrivate'), ...(given ?? [])];
    const info = this.#info;
    if (info) {
      lines.push(this.#words.count('aboutCatalogue', info.count));
      if (info.finds) lines.push(this.#words.text('aboutCopies'));
      lines.push(this.#words.text('aboutModel', { model: info.model, licence: info.licence }));
      if (info.attribution) lines.push(info.attribution);
    }
    if (this.#handlers.past.enabled && !this.#isForgotten) {
      lines.push(this.#words.text('aboutRecent'));
    }
    const bytes = await bytesUsed();
    if (bytes !== null) {
      lines.push(this.#words.text('aboutKept', { total: this.#words.megabytes(bytes) }));
    }
    this.#facts.replaceChildren(
      ...lines.map((line) => create('p', 'detail', { dir: 'auto' }, line)),
    );
  }

  async #onForget(): Promise<void> {
    this.#status.textContent = this.#words.text('forgetting');
    try {
      await this.#handlers.onForget();
      this.#isForgotten = true;
      // Not `#show`: asking for the bundle again could download and store it again.
      await this.#showFacts();
      this.#status.textContent = this.#words.text('forgotten');
    } catch (error) {
      this.#status.textContent = messageOf(error);
    }
  }
}

/** Storage used by the whole site, the only figure that browsers report; null if they report none. */
async function bytesUsed(): Promise<number | null> {
  try {
    return (await navigator.storage.estimate()).usage ?? null;
  } catch {
    return null;
  }
}
