/**
 * What a query of several is made of, and the button that adds photos to any query.
 *
 *     [photo ×] [photo ×] [like: item ×] [less like: item ×]
 */
import { create, createButton } from '../dom.ts';
import { isPicture } from '../inputs/arrival.ts';
import type { State } from '../state.ts';
import { isFull, type Part, partsOf, type Subject, withoutPart } from '../subject.ts';
import type { Words } from '../words/words.ts';

export interface QueryHandlers {
  /** The visitor changed the parts of the query; null if nothing is left to look for. */
  readonly onQuery: (subject: Subject | null) => void;
  /** Further photos of the thing that the query is about. */
  readonly onAddPhotos: (photos: readonly Blob[]) => void;
}

export class QueryStrip {
  // Safari does not expose a list without bullets as a list.
  readonly element = create('ul', 'query', { role: 'list', hidden: true });
  /** Adds photos to the query. The caller places it among the other buttons. */
  readonly adder: HTMLButtonElement;
  /** The hidden file field of `adder`. */
  readonly input = create('input', null, {
    type: 'file',
    accept: 'image/*',
    multiple: true,
    hidden: true,
  });
  readonly #words: Words;
  readonly #handlers: QueryHandlers;
  #subject: Subject | null = null;

  constructor(words: Words, handlers: QueryHandlers) {
    this.#words = words;
    this.#handlers = handlers;
    this.element.ariaLabel = words.text('queryParts');
    this.adder = createButton('button add-photo', words.text('addPhoto'), () => this.input.click());
    this.input.onchange = () => {
      const photos = [...(this.input.files ?? [])].filter(isPicture);
      if (photos.length > 0) handlers.onAddPhotos(photos);
      // Cleared so that choosing the same photo again fires `change`.
      this.input.value = '';
    };
  }

  show(state: State): void {
    const subject = 'subject' in state ? state.subject : null;
    const answered = state.state === 'results' || state.state === 'nothing';
    this.adder.hidden = !answered || subject === null || isFull(subject);
    if (subject === this.#subject) return;
    this.#subject = subject;
    const several = subject?.kind === 'several' ? subject : null;
    this.element.hidden = !several;
    // An image that is still loading must not be fetched once its URL is revoked.
    for (const image of this.element.querySelectorAll('img')) image.removeAttribute('src');
    let photos = 0;
    this.element.replaceChildren(
      ...(several ? partsOf(several) : []).map((part) =>
        this.#render(part, part.of.kind === 'photo' ? ++photos : 0),
      ),
    );
  }

  #render(part: Part, number: number): HTMLLIElement {
    const { of, liked } = part;
    const title = of.kind === 'photo' ? '' : of.title || of.id;
    const name =
      of.kind === 'photo'
        ? this.#words.text('partPhoto', { n: this.#words.number(number) })
        : this.#words.text(liked ? 'partLiked' : 'partDisliked', { name: title });
    const image = create('img', 'query-thumb', { alt: '', draggable: false });
    // Some camera formats can be searched but not displayed.
    image.onerror = () => image.removeAttribute('src');
    if (of.url) image.src = of.url;
    const button = createButton('query-part', '', () => {
      if (this.#subject) this.#handlers.onQuery(withoutPart(this.#subject, part));
    });
    button.ariaLabel = this.#words.text('removePart', { name });
    button.title = name;
    button.classList.toggle('disliked', !liked);
    button.append(image, create('span', 'query-remove', { ariaHidden: 'true' }, '×'));
    return create('li', null, {}, button);
  }
}
