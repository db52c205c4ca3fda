/** Follows collections to all their manifests: pages of a collection, collections within collections, embedded manifests. */
import { isRecord } from '../../../core/check-record.ts';
import { describe } from '../../../core/describe.ts';
import { messageOf, SoutuError } from '../../../core/errors.ts';
import { mapAhead } from '../../photos/map-ahead.ts';
import type { LeftOut } from '../left-out.ts';
import { idOf, linkOf, type Thing, thingsIn, typeOf } from './json-ld.ts';

/** A document that was read, and where. */
export interface Found {
  readonly manifest: Thing;
  /** The file or URL of its document. */
  readonly address: string;
}

export interface Documents {
  /**
   * @param address of a document, absolute
   * @throws Error whose message is the end of a sentence
   */
  read(address: string): Promise<unknown>;
  /** The address to which a link in a document leads. @throws Error as `read` */
  resolve(link: string, from: string): string;
}

export const MAX_DEPTH = 8;
const MAX_DOCUMENTS = 20_000;
/** Documents that are read at a time. */
const AHEAD = 4;

/** Whether a document is one of IIIF Presentation 2 or 3. */
export function isIiif(document: unknown): document is Thing {
  if (!isRecord(document)) return false;
  const contexts = [document['@context']].flat();
  return (
    contexts.some((one) => typeof one === 'string' && /iiif\.io\/api\/presentation\//.test(one)) ||
    ['sc:Manifest', 'sc:Collection'].includes(String(document['@type']))
  );
}

export class Walk {
  readonly #documents: Documents;
  readonly #leftOut: LeftOut;
  readonly #seen = new Set<string>();
  #count = 0;

  constructor(documents: Documents, leftOut: LeftOut) {
    this.#documents = documents;
    this.#leftOut = leftOut;
  }

  /** In the order of the collection. What cannot be read is left out and counted. */
  async *from(document: Thing, address: string, depth = 0): AsyncGenerator<Found> {
    this.#seen.add(address);
    if (typeOf(document) === 'Manifest') {
      yield { manifest: document, address };
      return;
    }
    for await (const page of this.#pagesOf(document, address)) {
      const members = membersOf(page.document);
      const read = (member: Thing) => this.#open(member, page.address, depth);
      for await (const { input, result } of mapAhead(members, AHEAD, read)) {
        if ('error' in result) {
          if (result.error instanceof SoutuError) throw result.error;
          this.#leftOut.add(messageOf(result.error), idOf(input) ?? 'a part without an id');
        } else if (result.value) {
          yield* this.from(result.value.document, result.value.address, depth + 1);
        }
      }
    }
  }

  /** A collection may be cut into pages: the first one is named, and each names the next one. */
  async *#pagesOf(
    document: Thing,
    address: string,
  ): AsyncGenerator<{ document: Thing; address: string }> {
    yield { document, address };
    let page = { document, address };
    for (;;) {
      const first = page.document === document ? linkOf(document.first) : undefined;
      const link = first ?? linkOf(page.document.next);
      if (link === undefined) return;
      try {
        const next = this.#documents.resolve(link, page.address);
        // Pages name the first one, too.
        if (this.#seen.has(next)) return;
        this.#seen.add(next);
        const found = await this.#read(next);
        if (!isRecord(found)) throw new Error('expected a page of a collection');
        page = { document: found, address: next };
      } catch (error) {
        if (error instanceof SoutuError) throw error;
        this.#leftOut.add(messageOf(error), link);
        return;
      }
      yield page;
    }
  }

  /** @returns null for what was read already */
  async #open(
    member: Thing,
    from: string,
    depth: number,
  ): Promise<{ document: Thing; address: string } | null> {
    const id = idOf(member);
    const isWhole = [member.items, member.sequences, member.manifests, member.members].some(
      Array.isArray,
    );
    if (isWhole) {
      if (depth >= MAX_DEPTH) throw new Error(tooDeep());
      return { document: member, address: from };
    }
    if (id === undefined) throw new Error('it has no id, from which it could be read');
    const address = this.#documents.resolve(id, from);
    if (this.#seen.has(address)) return null;
    this.#seen.add(address);
    if (depth >= MAX_DEPTH) throw new Error(tooDeep());
    const document = await this.#read(address);
    if (isRecord(document) && ['Manifest', 'Collection'].includes(typeOf(document))) {
      return { document, address };
    }
    throw new Error(`expected a manifest or a collection of IIIF, got ${describe(document)}`);
  }

  async #read(address: string): Promise<unknown> {
    if (++this.#count > MAX_DOCUMENTS) {
      throw new SoutuError(
        'CatalogueError',
        `${address}: the collection has more than ${MAX_DOCUMENTS} documents. Give its parts one by one.`,
      );
    }
    return this.#documents.read(address);
  }
}

const tooDeep = () => `collections within collections, more than ${MAX_DEPTH} levels deep`;

/** Version 3: `items`. Version 2: `collections`, `manifests` and `members`, which may list all of them again. */
function membersOf(collection: Thing): readonly Thing[] {
  const all = ['items', 'collections', 'manifests', 'members'].flatMap((name) =>
    thingsIn(collection[name]),
  );
  const known = new Set<string>();
  return all.filter((member) => {
    if (!['Manifest', 'Collection'].includes(typeOf(member))) return false;
    const id = idOf(member);
    if (id === undefined) return true;
    const isNew = !known.has(id);
    known.add(id);
    return isNew;
  });
}
