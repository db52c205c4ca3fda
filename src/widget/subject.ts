/** What a search looks for. Plain data: except the object URLs, it can be stored on the device. */
import type { PartQuery, SearchQuery } from '../client/api.ts';
import { MOST_PARTS, type QueryPart, type ScoredItem } from '../core/contract.ts';
import {
  hasChosenRegion,
  isWhole,
  type PhotoView,
  type QuarterTurns,
  type Region,
  turnRegion,
  WHOLE_PHOTO,
} from '../core/image/view.ts';
import { partWeights } from '../core/search/rocchio.ts';

/** The visitor's photo. */
export interface PhotoSubject {
  readonly kind: 'photo';
  readonly blob: Blob;
  /** The object URL for display. */
  readonly url: string;
  /** The rotation, and the region to search. */
  readonly view: PhotoView;
  /**
   * The things that a search of the whole photo found in it, in fractions of the photo in its rotation; missing before
   * that.
   */
  readonly things?: readonly Region[];
}

/** A catalogue item ("more like this"). */
export interface ItemSubject {
  readonly kind: 'item';
  readonly id: string;
  readonly title: string;
  /** Absolute URL of the picture; null if the item has none. */
  readonly url: string | null;
}

/** One photo or item in a query of several. */
export interface Part {
  readonly of: SingleSubject;
  /** False: "less like this". Photos are always liked. */
  readonly liked: boolean;
}

/** Several photos of one thing, and items that the results should be like or unlike. */
export interface SeveralSubject {
  readonly kind: 'several';
  /** Photos, then liked items, then disliked ones. At least two parts, and at least one is liked. */
  readonly parts: readonly Part[];
}

export type SingleSubject = PhotoSubject | ItemSubject;
export type Subject = SingleSubject | SeveralSubject;

/** Creates a subject with its own object URL, which the caller must revoke. */
export function photoSubject(
  blob: Blob,
  view: PhotoView = WHOLE_PHOTO,
  things?: readonly Region[],
): PhotoSubject {
  return { kind: 'photo', blob, url: URL.createObjectURL(blob), view, ...(things && { things }) };
}

/** @returns null if no part is liked: there is nothing to look for */
export function subjectOfParts(parts: readonly Part[]): Subject | null {
  const order = ({ of, liked }: Part) => (of.kind === 'photo' ? 0 : liked ? 1 : 2);
  const ordered = [...parts].sort((a, b) => order(a) - order(b)).slice(0, MOST_PARTS);
  const [first] = ordered;
  if (!first?.liked) return null;
  return ordered.length === 1 ? first.of : { kind: 'several', parts: ordered };
}

export function partsOf(subject: Subject): readonly Part[] {
  return subject.kind === 'several' ? subject.parts : [{ of: subject, liked: true }];
}

export function photosOf(subject: Subject): PhotoSubject[] {
  return partsOf(subject).flatMap(({ of }) => (of.kind === 'photo' ? [of] : []));
}

/** The photo or item that stands for the whole query. */
export function mainOf(subject: Subject): SingleSubject {
  return (partsOf(subject)[0] as Part).of;
}

export function isFull(subject: Subject): boolean {
  return partsOf(subject).length >= MOST_PARTS;
}

/** The visitor's opinion of an item: true for "more like this", false for "less", null for neither. */
export function opinionOf(subject: Subject, id: string): boolean | null {
  const part = partsOf(subject).find(({ of }) => of.kind === 'item' && of.id === id);
  return part?.liked ?? null;
}

/** Adds an item, or changes or removes (null) the opinion of it. */
export function withOpinion(
  subject: Subject,
  item: ItemSubject,
  liked: boolean | null,
): Subject | null {
  const others = partsOf(subject).filter(({ of }) => of.kind !== 'item' || of.id !== item.id);
  return subjectOfParts(liked === null ? others : [...others, { of: item, liked }]);
}

/** Adds photos, as many as the query has room for. Each gets an object URL, which the caller must revoke. */
export function withPhotos(subject: Subject, photos: readonly Blob[]): Subject {
  const room = MOST_PARTS - partsOf(subject).length;
  const added = photos.slice(0, room).map((blob): Part => {
    return { of: photoSubject(blob), liked: true };
  });
  return subjectOfParts([...partsOf(subject), ...added]) ?? subject;
}

export function withoutPart(subject: Subject, part: Part): Subject | null {
  return subjectOfParts(partsOf(subject).filter(({ of }) => of !== part.of));
}

/** Replaces each photo of a subject. */
export function mapPhotos(
  subject: Subject,
  replace: (photo: PhotoSubject, index: number) => PhotoSubject,
): Subject {
  if (subject.kind === 'photo') return replace(subject, 0);
  if (subject.kind === 'item') return subject;
  const parts = subject.parts.map((part, i): Part => {
    return part.of.kind === 'photo' ? { ...part, of: replace(part.of, i) } : part;
  });
  return { ...subject, parts };
}

/** Replaces the view of a subject's first photo. */
export function withView(subject: Subject, view: PhotoView): Subject {
  return mapPhotos(subject, (photo, i) => (i === 0 ? viewed(photo, view) : photo));
}

function viewed(photo: PhotoSubject, view: PhotoView): PhotoSubject {
  const { things, view: before } = photo;
  const turns = ((4 + view.turns - before.turns) % 4) as QuarterTurns;
  if (!things || turns === 0) return { ...photo, view };
  return { ...photo, view, things: things.map((thing) => turnRegion(thing, turns)) };
}

/** Adds what a search found in the photo of a subject. A search of a region says nothing about the rest. */
export function withThings(subject: Subject, things: readonly Region[]): Subject {
  if (subject.kind !== 'photo' || hasChosenRegion(subject.view)) return subject;
  return { ...subject, things };
}

/** Adds the region that a search left of the photo after cutting away borders. */
export function withFrame(subject: Subject, frame: Region | null): Subject {
  if (!frame || subject.kind !== 'photo') return subject;
  return { ...subject, view: { ...subject.view, region: frame, borders: 'trimmed' } };
}

/** Gives a subject new object URLs, after the old ones were revoked. */
export function renewed(subject: Subject): Subject {
  return mapPhotos(subject, ({ blob, view, things }) => photoSubject(blob, view, things));
}

/** Fills in the titles and pictures of items of which only the id was known. */
export function withItems(
  subject: Subject,
  answered: readonly QueryPart[] | null,
  itemSubject: (item: ScoredItem['item']) => ItemSubject,
): Subject {
  if (subject.kind !== 'several' || !answered) return subject;
  const parts = subject.parts.map((part, i): Part => {
    const item = answered[i]?.item;
    return item ? { ...part, of: itemSubject(item) } : part;
  });
  return { ...subject, parts };
}

export function queryOf(subject: Subject): SearchQuery {
  if (subject.kind === 'item') return { id: subject.id };
  if (subject.kind === 'photo') {
    const { blob, view } = subject;
    return isWhole(view) ? blob : { photo: blob, view };
  }
  const { parts } = subject;
  const photos = photosOf(subject).length;
  const liked = parts.filter((part) => part.liked).length - photos;
  const disliked = parts.length - photos - liked;
  const weights = partWeights(photos, liked, disliked);
  return {
    several: parts.map(({ of, liked: isLiked }): PartQuery => {
      if (of.kind === 'photo') return { photo: of.blob, view: of.view, weight: weights.photo };
      return { id: of.id, weight: isLiked ? weights.liked : weights.disliked };
    }),
  };
}

/** The query by the vectors and ids of an answer, so that no photo is embedded again. */
export function answeredQuery(parts: readonly QueryPart[]): SearchQuery {
  return {
    several: parts.map(({ weight, vector, item }): PartQuery => {
      return vector ? { vector, weight } : { id: item?.id ?? '', weight };
    }),
  };
}
