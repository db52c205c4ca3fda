import { describe, expect, test } from 'vitest';
import { WHOLE_PHOTO } from '../../src/core/image/view.ts';
import {
  answeredQuery,
  type ItemSubject,
  isFull,
  mainOf,
  opinionOf,
  type PhotoSubject,
  partsOf,
  photosOf,
  queryOf,
  type Subject,
  subjectOfParts,
  withItems,
  withOpinion,
  withoutPart,
  withPhotos,
  withThings,
  withView,
} from '../../src/widget/subject.ts';

const photo = (url: string): PhotoSubject => ({
  kind: 'photo',
  blob: new Blob([url]),
  url,
  view: WHOLE_PHOTO,
});
const item = (id: string, title = id): ItemSubject => ({ kind: 'item', id, title, url: null });
const said = (subject: Subject | null) =>
  subject &&
  partsOf(subject).map(
    ({ of, liked }) => `${liked ? '+' : '-'}${of.kind === 'photo' ? 'photo' : of.id}`,
  );
const ofSeveral = (...words: readonly string[]): Subject => {
  const parts = words.map((word) => ({ of: item(word.slice(1)), liked: word.startsWith('+') }));
  return subjectOfParts(parts) as Subject;
};

describe('a query of several', () => {
  test('has photos first, then liked items, then disliked ones', () => {
    let subject: Subject | null = photo('p');
    for (const [id, liked] of [
      ['a', false],
      ['b', true],
      ['c', true],
    ] as const) {
      subject = withOpinion(subject as Subject, item(id), liked);
    }
    subject = withPhotos(subject as Subject, [new Blob(['q'])]);
    expect(said(subject)).toEqual(['+photo', '+photo', '+b', '+c', '-a']);
    expect(photosOf(subject).map(({ url }) => url)).toEqual(['p', expect.stringMatching(/^blob:/)]);
    expect(mainOf(subject)).toMatchObject({ url: 'p' });
    expect(['a', 'b', 'z'].map((id) => opinionOf(subject as Subject, id))).toEqual([
      false,
      true,
      null,
    ]);
  });

  test('an opinion can be changed and withdrawn; the last part is a plain query again', () => {
    const two = withOpinion(item('a'), item('b'), true) as Subject;
    expect(said(withOpinion(two, item('b'), false))).toEqual(['+a', '-b']);
    expect(withOpinion(two, item('b'), null)).toEqual(item('a'));
    expect(withOpinion(item('a'), item('a'), null)).toBeNull();
  });

  test('without a liked part there is no query', () => {
    const subject = ofSeveral('+a', '-b');
    expect(withoutPart(subject, partsOf(subject)[0] as never)).toBeNull();
    expect(withOpinion(item('a'), item('a'), false)).toBeNull();
  });

  test('has at most 16 parts', () => {
    const many = withPhotos(
      item('a'),
      Array.from({ length: 20 }, (_, i) => new Blob([`p${i}`])),
    );
    expect(partsOf(many)).toHaveLength(16);
    expect([isFull(many), isFull(item('a'))]).toEqual([true, false]);
  });

  test('another view is of the first photo', () => {
    const view = { turns: 1, region: null } as const;
    const both = withPhotos(photo('p'), [new Blob(['q'])]);
    expect(photosOf(withView(both, view)).map((one) => one.view)).toEqual([view, WHOLE_PHOTO]);
    expect(withView(item('a'), view)).toEqual(item('a'));
  });

  test('learns titles from the answer', () => {
    const subject = subjectOfParts([
      { of: item('a', ''), liked: true },
      { of: item('b', ''), liked: false },
    ]) as Subject;
    const answered = ['a', 'b'].map((id) => ({
      weight: 1,
      vector: null,
      item: { id, title: `T ${id}` },
    }));
    const named = withItems(subject, answered, ({ id, title = '' }) => item(id, title));
    expect(partsOf(named).map(({ of }) => of.kind === 'item' && of.title)).toEqual(['T a', 'T b']);
    expect(withItems(item('a'), null, () => item('x'))).toEqual(item('a'));
  });
});

describe('weights', () => {
  const weightsOf = (subject: Subject) => {
    const query = queryOf(subject);
    if (!('several' in query)) return [];
    return query.several.map((part) => ('weight' in part ? part.weight : undefined));
  };

  test('photos are averaged; liked items have 0.75 and disliked ones -0.5 together', () => {
    const photos = withPhotos(photo('p'), [new Blob(['q'])]);
    expect(weightsOf(photos)).toEqual([0.5, 0.5]);
    let subject: Subject | null = photos;
    for (const [id, liked] of [
      ['a', true],
      ['b', true],
      ['c', true],
      ['d', false],
    ] as const) {
      subject = withOpinion(subject as Subject, item(id), liked);
    }
    expect(weightsOf(subject as Subject)).toEqual([0.5, 0.5, 0.25, 0.25, 0.25, -0.5]);
  });

  test('without a photo, the liked items are the query', () => {
    expect(weightsOf(ofSeveral('+a', '+b', '-c', '-d'))).toEqual([0.5, 0.5, -0.25, -0.25]);
  });

  test('a single photo or item is a plain query', () => {
    const one = photo('p');
    expect(queryOf(one)).toBe(one.blob);
    expect(queryOf(item('a'))).toEqual({ id: 'a' });
    expect(queryOf(withOpinion(one, item('a'), true) as Subject)).toEqual({
      several: [
        { photo: one.blob, view: WHOLE_PHOTO, weight: 1 },
        { id: 'a', weight: 0.75 },
      ],
    });
  });

  test('the next page is asked for by vectors and ids', () => {
    const vector = Float32Array.of(1);
    const parts = [
      { weight: 0.5, vector, item: null },
      { weight: -1, vector: null, item: { id: 'a' } },
    ];
    expect(answeredQuery(parts)).toEqual({
      several: [
        { vector, weight: 0.5 },
        { id: 'a', weight: -1 },
      ],
    });
  });
});

describe('the things in a photo', () => {
  const thing = { left: 0.1, top: 0.2, width: 0.3, height: 0.4 };
  const whole = photo('p');
  const found = withThings(whole, [thing]) as PhotoSubject;

  test('are those that a search of the whole photo found', () => {
    expect(found.things).toEqual([thing]);
    const part = withView(found, { turns: 0, region: thing });
    expect(withThings(part, [])).toMatchObject({ things: [thing] });
    const trimmed = withView(found, { turns: 0, region: thing, borders: 'trimmed' });
    expect(withThings(trimmed, [])).toMatchObject({ things: [] });
    expect(withThings(item('a'), [thing])).toEqual(item('a'));
  });

  test('turn with the photo', () => {
    const turned = withView(found, { turns: 1, region: null }) as PhotoSubject;
    // Clockwise, the lower edge becomes the left one: 0.2 + 0.4 from the top leave 0.4 from the bottom.
    const [once] = turned.things ?? [];
    expect([once?.left, once?.top, once?.width, once?.height].map((x) => x?.toFixed(6))).toEqual(
      [0.4, 0.1, 0.4, 0.3].map((x) => x.toFixed(6)),
    );
    const [back] = (withView(turned, { turns: 0, region: null }) as PhotoSubject).things ?? [];
    expect(back?.left).toBeCloseTo(0.1, 10);
    expect(back?.top).toBeCloseTo(0.2, 10);
  });
});
