import { describe, expect, test } from 'vitest';
import { SoutuError } from '../../src/core/errors.ts';
import { answerOf, hit, named, photoFile, ScriptedSearch, VECTOR } from './scripted-search.ts';
import { all, nextEvent, one, settled, shadow, stage, stateOf, statusOf } from './stage.ts';

const found = answerOf([hit('a'), hit('b')]);
const nothing = answerOf([]);

describe('states', () => {
  test('empty: a field with one button, and nothing announced', () => {
    const { element, search } = stage();
    expect(stateOf(element)).toBe('empty');
    expect(one(element, 'choose').textContent).toBe('Choose a photo');
    expect(statusOf(element)).toBe('');
    expect([search.calls.length, search.preloads]).toEqual([0, 0]);
  });

  test('loading: the photo at once, then honest words', async () => {
    const { element, search } = stage();
    void element.searchPhoto(photoFile());
    expect(stateOf(element)).toBe('loading');
    expect(one(element, 'photo-image').getAttribute('src')).toMatch(/^blob:/);
    expect(one(element, 'step').textContent).toBe('Reading your photo…');

    const { progress } = search.last;
    progress({ step: 'index', loaded: 500_000, total: 1_500_000, cached: false });
    expect(one(element, 'step').textContent).toBe('Loading the catalogue: 0.5 of 1.5 MB');
    expect((one(element, 'progress') as HTMLProgressElement).value).toBeCloseTo(1 / 3, 5);
    expect(statusOf(element), 'no figures in the status line').toBe('Loading the catalogue…');

    progress({ step: 'model', loaded: 0, total: 2_100_000, cached: true });
    expect(one(element, 'step').textContent, 'the first download goes on').toContain('catalogue');
    progress({ step: 'index', loaded: 1_500_000, total: 1_500_000, cached: false });
    expect(one(element, 'step').textContent).toBe('Loading the picture model from this device…');
    progress({ step: 'embed' });
    expect(one(element, 'step').textContent).toBe('Looking at your photo…');
    expect(statusOf(element)).toBe('Looking at your photo…');
  });

  test('results: thumbnail, title, price, facts, score, link', async () => {
    const item = {
      title: 'Celadon tea bowl',
      url: './bowl.html',
      attributes: { kind: 'bowl', glaze: 'celadon', colour: 'green', price: 52 },
    };
    const { element } = stage(
      new ScriptedSearch(({ answer }) => answer(answerOf([hit('a', item)]))),
    );
    await element.searchPhoto(photoFile());
    expect(stateOf(element)).toBe('results');
    expect(shadow(element).querySelector('ul > li')).toBe(one(element, 'hit'));
    const thumb = one(element, 'thumb') as HTMLImageElement;
    expect([thumb.alt, thumb.width > 0, thumb.getAttribute('width')]).toEqual([
      'Celadon tea bowl',
      true,
      '4',
    ]);
    expect((one(element, 'link') as HTMLAnchorElement).href).toBe(
      new URL('./bowl.html', document.baseURI).href,
    );
    expect(one(element, 'link').textContent).toBe('Celadon tea bowl');
    expect(one(element, 'price').textContent).toBe('52');
    expect(one(element, 'facts').textContent, 'what the title does not tell').toBe('green');
    expect(statusOf(element)).toBe('1 likely match');
    expect(element.response?.hits).toHaveLength(1);
  });

  test('results: pictures are relative to the bundle, broken ones are replaced', async () => {
    const item = { thumb: 'thumbs/none.webp', image: 'x.jpg' };
    const { element } = stage(
      new ScriptedSearch(({ answer }) => answer(answerOf([hit('a', item)]))),
      { bundle: './shop/bundle' },
    );
    await element.searchPhoto(photoFile());
    const thumb = one(element, 'thumb') as HTMLImageElement;
    expect(thumb.src).toBe(new URL('./shop/bundle/thumbs/none.webp', document.baseURI).href);
    thumb.dispatchEvent(new Event('error'));
    expect(one(element, 'placeholder').ariaLabel).toBe('Title of a');
    expect(one(element, 'placeholder').role).toBe('img');
  });

  test('results: notices are told in the words of their code', async () => {
    const notices = [{ code: 'photo-damaged', message: 'damaged' }] as const;
    const { element } = stage(
      new ScriptedSearch(({ answer }) => answer(answerOf([hit('a')], { notices }))),
    );
    await element.searchPhoto(photoFile());
    expect(one(element, 'notice').textContent).toBe(
      'The photo is damaged, so only the readable part was used.',
    );
  });

  test('with group, tells how many more views a thing has', async () => {
    const more = [hit('a2'), hit('a3')];
    const { element, search } = stage(
      new ScriptedSearch(({ answer }) => answer(answerOf([hit('a', {}, { more }), hit('b')]))),
      { group: '', size: '6', 'min-score': '0.25' },
    );
    await element.searchPhoto(photoFile());
    expect(search.last.options).toEqual({
      ...{ size: 6, group: true, minScore: 0.25 },
      ...{ facets: ['*'], ranges: ['*'] },
    });
    expect(all(element, 'views').map((views) => views.textContent)).toEqual(['2 more views']);
  });

  const scored = (...scores: number[]) =>
    scores.map((score, i) => hit(String.fromCharCode(97 + i), {}, { score }));
  const gridOf = (element: Parameters<typeof one>[0]) =>
    [...one(element, 'grid').children].map(
      (node) => node.querySelector('[part="band"]')?.textContent ?? titleOf(node),
    );
  const titleOf = (node: Element) =>
    node.querySelector('[part="title"]')?.textContent?.replace('Title of ', '');

  test('a divider stands between the matches and the other hits, also where a later page has it', async () => {
    const { element } = stage(
      new ScriptedSearch(({ options, answer }) => {
        const all = scored(0.9, 0.5, 0.49, 0.1);
        const { from = 0, size = 4 } = options;
        answer({ ...answerOf(all), hits: all.slice(from, from + size) });
      }),
      { size: '2' },
    );
    await element.searchPhoto(photoFile());
    expect(statusOf(element)).toBe('2 likely matches');
    expect(gridOf(element)).toEqual(['a', 'b']);
    one(element, 'more').click();
    await settled();
    expect(gridOf(element)).toEqual(['a', 'b', 'More like this', 'c', 'd']);
    expect(one(element, 'grid').classList.contains('far')).toBe(false);
  });

  test('no match, but related: similar pictures without a divider', async () => {
    const { element } = stage(
      new ScriptedSearch(({ answer }) => answer(answerOf(scored(0.3, 0.1)))),
    );
    await element.searchPhoto(photoFile());
    expect(stateOf(element)).toBe('results');
    expect(statusOf(element)).toBe('Similar pictures');
    expect(gridOf(element)).toEqual(['a', 'b']);
  });

  test('far from everything: the page says so, and the nearest follow', async () => {
    const { element } = stage(
      new ScriptedSearch(({ answer }) => answer(answerOf(scored(0.19, 0.1)))),
    );
    await element.searchPhoto(photoFile());
    expect(stateOf(element)).toBe('results');
    expect(statusOf(element)).toBe('Nothing very similar here');
    expect(one(element, 'text').textContent).toMatch(/^A close, well-lit photo/);
    expect(gridOf(element)).toEqual(['Closest pictures', 'a', 'b']);
    expect(one(element, 'grid').classList.contains('far')).toBe(true);
  });

  test('far from everything because of the filters: another photo would not help', async () => {
    const few = answerOf(scored(0.19, 0.1), { total: 9, facets: { kind: { bowl: 5, mug: 4 } } });
    const { element } = stage(new ScriptedSearch(({ answer }) => answer(few)));
    await element.searchPhoto(photoFile());
    one(element, 'facet').click();
    one(element, 'value-box').click();
    await settled();
    expect(one(element, 'heading').textContent).toBe('No similar pictures match your filters.');
    expect(all(element, 'text')).toEqual([]);
  });

  test('no hit at all', async () => {
    const { element } = stage(new ScriptedSearch(({ answer }) => answer(nothing)));
    await element.searchPhoto(photoFile());
    expect(stateOf(element)).toBe('nothing');
    expect(statusOf(element)).toMatch(/^No similar pictures found/);
    expect(all(element, 'primary')).toEqual([]);
  });

  test('error: plain words, the message, and another try', async () => {
    const { element, search } = stage(
      new ScriptedSearch(({ fail, answer }) => {
        if (search.calls.length > 1) answer(found);
        else fail(new SoutuError('NetworkError', 'bundle/manifest.json: the server answered 503.'));
      }),
    );
    await element.searchPhoto(photoFile());
    expect(stateOf(element)).toBe('error');
    expect(one(element, 'problem').textContent).toContain('Check your connection');
    expect(one(element, 'detail').textContent).toContain('the server answered 503');
    expect(one(element, 'choose').textContent).toBe('Another photo');
    one(element, 'primary').click();
    await settled();
    expect(stateOf(element)).toBe('results');
    expect(search.calls).toHaveLength(2);
  });

  test.each(['NetworkError', 'WorkerError'])('offline (%s): goes on by itself', async (name) => {
    let onLine = false;
    Object.defineProperty(navigator, 'onLine', { configurable: true, get: () => onLine });
    try {
      const { element, search } = stage(
        new ScriptedSearch(({ fail, answer }) =>
          onLine ? answer(found) : fail(named(name, 'Failed to fetch.')),
        ),
      );
      await element.searchPhoto(photoFile());
      expect([stateOf(element), search.calls.length]).toEqual(['error', 1]);
      expect(one(element, 'problem').textContent).toContain('You are offline.');
      const seen = all(element, 'detail').filter((node) => node.getClientRects().length > 0);
      expect(seen, 'nothing technical').toEqual([]);
      onLine = true;
      dispatchEvent(new Event('online'));
      await settled();
      expect([stateOf(element), search.calls.length]).toEqual(['results', 2]);
    } finally {
      Reflect.deleteProperty(navigator, 'onLine');
    }
  });

  test('a photo that cannot be read: what is wrong with it, and no second try', async () => {
    const { element } = stage(
      new ScriptedSearch(({ fail }) => fail(named('PhotoError', '“x.jpg” is not an image.'))),
    );
    await element.searchPhoto(photoFile());
    expect(one(element, 'problem').textContent).toBe('This photo cannot be used to search.');
    expect(one(element, 'detail').textContent).toBe('“x.jpg” is not an image.');
    expect(all(element, 'primary')).toEqual([]);
  });

  test.each([
    ['min-score', 'high', '"min-score" must be a cosine from -1 to 1, got "high".'],
    ['min-score', '65', '"min-score" must be a cosine from -1 to 1, got "65".'],
    ['size', '1.5', '"size" must be a whole number from 1 up, got "1.5".'],
    ['size', '', '"size" must be a whole number from 1 up, got "".'],
  ])('the attribute %s="%s" is refused', async (attribute, value, words) => {
    const { element } = stage(new ScriptedSearch(), { [attribute]: value });
    const event = nextEvent('soutu-error');
    await element.searchPhoto(photoFile());
    expect((await event).detail.message).toBe(`<soutu-search>: ${words}`);
  });

  test('an attribute without its hyphen names the one that is meant', async () => {
    const { element } = stage(new ScriptedSearch(), { minScore: '0.5' });
    const event = nextEvent('soutu-error');
    await element.searchPhoto(photoFile());
    expect((await event).detail.message).toBe(
      '<soutu-search> has no attribute "minscore". Did you mean "min-score"?',
    );
  });
});

describe('pages', () => {
  const first = answerOf([hit('a'), hit('b')], { total: 3 });
  const second = answerOf([hit('b'), hit('c', { url: '#c' })], { total: 3 });

  test('show more appends the next page and moves the focus to it', async () => {
    const { element, search } = stage(
      new ScriptedSearch(({ options, answer }) => answer(options.from ? second : first)),
    );
    await element.searchPhoto(photoFile());
    const [shown] = all(element, 'hit');
    expect(one(element, 'count').textContent).toBe('2 of 3 pictures shown');
    one(element, 'more').focus();
    one(element, 'more').click();
    await settled();
    expect(search.last.query).toEqual({ vector: VECTOR, soft: false });
    expect(search.last.options).toMatchObject({ from: 2 });
    const titles = all(element, 'title').map((title) => title.textContent);
    expect(titles, 'none twice').toEqual(['Title of a', 'Title of b', 'Title of c']);
    expect(all(element, 'hit')[0], 'what was shown stays').toBe(shown);
    expect(shadow(element).activeElement).toBe(one(element, 'link'));
    expect(one(element, 'foot').hidden).toBe(true);
  });

  test('a page that fails leaves the others and can be asked for again', async () => {
    const { element, search } = stage(
      new ScriptedSearch(({ options, answer, fail }) => {
        if (!options.from) answer(first);
        else if (search.calls.length === 2) fail(named('WorkerError', 'gone'));
        else answer(second);
      }),
    );
    await element.searchPhoto(photoFile());
    const event = nextEvent('soutu-error');
    one(element, 'more').click();
    expect((await event).detail.name).toBe('WorkerError');
    expect(one(element, 'count').textContent).toBe('More pictures could not be loaded.');
    expect(all(element, 'hit')).toHaveLength(2);
    one(element, 'more').click();
    await settled();
    expect(all(element, 'hit')).toHaveLength(3);
  });
});

describe('events', () => {
  test('soutu-results carries the answer, bubbles and is composed', async () => {
    const { element } = stage(new ScriptedSearch(({ answer }) => answer(found)));
    const event = nextEvent('soutu-results');
    void element.searchPhoto(photoFile());
    const { detail, bubbles, composed, target } = await event;
    expect(detail).toBe(found);
    expect([bubbles, composed, target]).toEqual([true, true, element]);
  });

  test('soutu-error carries the error, bubbles and is composed', async () => {
    const error = new SoutuError('BundleError', 'broken');
    const { element } = stage(new ScriptedSearch(({ fail }) => fail(error)));
    const event = nextEvent('soutu-error');
    void element.searchPhoto(photoFile());
    const { detail, bubbles, composed } = await event;
    expect([detail, bubbles, composed]).toEqual([error, true, true]);
  });

  test('only the newest answer counts', async () => {
    const { element, search } = stage();
    const events: unknown[] = [];
    element.addEventListener('soutu-results', (event) => events.push(event.detail));
    element.addEventListener('soutu-error', (event) => events.push(event.detail));
    const queries = [1, 2, 3].map(() => element.searchPhoto(photoFile()));
    const [one1, two, three] = search.calls;
    one1?.fail(named('WorkerError', 'late'));
    three?.answer(found);
    await settled();
    two?.progress({ step: 'embed' });
    two?.answer(nothing);
    await Promise.all(queries);
    expect(events).toEqual([found]);
    expect(stateOf(element)).toBe('results');
  });
});

test('a server in trouble is named in the words of the page', async () => {
  const { element } = stage(
    new ScriptedSearch(({ answer }) => {
      const detail = '503 Service Unavailable';
      answer(answerOf([hit('a')], { notices: [{ code: 'server-failed', message: '', detail }] }));
    }),
  );
  element.lang = 'de';
  await element.searchPhoto(photoFile());
  await expect
    .poll(() => one(element, 'notice').textContent)
    .toBe(
      'Der Server dieser Website hat 503 Service Unavailable geantwortet: Gesucht wird in der auf diesem Gerät gespeicherten Kopie.',
    );
});

describe("the catalogue's words", () => {
  test('stay text', async () => {
    const evil = '<img src=x onerror="document.title=1"><b>x</b>';
    const attributes = { glaze: '<i>glaze</i>', price: 3 };
    const { element } = stage(
      new ScriptedSearch(({ answer }) => {
        const notices = [{ code: 'offline', message: '<u>offline</u>' }] as const;
        answer(answerOf([hit('a', { title: evil, url: '#a', attributes })], { notices }));
      }),
    );
    await element.searchPhoto(photoFile());
    expect(one(element, 'title').textContent).toBe(evil);
    expect(one(element, 'facts').textContent).toBe('<i>glaze</i>');
    expect((one(element, 'thumb') as HTMLImageElement).alt).toBe(evil);
    expect(shadow(element).querySelectorAll('b, i, u, img:not([part])')).toHaveLength(0);
  });

  test.each(['javascript:alert(1)', ' java\nscript:alert(1)', 'data:text/html,x', 'vbscript:x'])(
    'lead nowhere by %j',
    async (url) => {
      const { element } = stage(
        new ScriptedSearch(({ answer }) => answer(answerOf([hit('a', { url })]))),
      );
      await element.searchPhoto(photoFile());
      expect(shadow(element).querySelectorAll('a')).toHaveLength(0);
      expect(one(element, 'title').textContent).toBe('Title of a');
    },
  );
});
