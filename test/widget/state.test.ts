import { describe, expect, test } from 'vitest';
import type { Progress } from '../../src/core/contract.ts';
import { factsOf } from '../../src/widget/results/facts.ts';
import { frameRatio } from '../../src/widget/results/picture.ts';
import {
  advance,
  answered,
  bandsOf,
  currentStep,
  NO_PROGRESS,
  type ResultsState,
} from '../../src/widget/state.ts';
import { ar } from '../../src/widget/words/ar.ts';
import { de } from '../../src/widget/words/de.ts';
import { wordsFor } from '../../src/widget/words/languages.ts';
import { Words } from '../../src/widget/words/words.ts';
import { answerOf, hit } from './scripted-search.ts';

const words = wordsFor('en');

const shownAfter = (...steps: readonly Progress[]) =>
  currentStep(steps.reduce((progress, step) => advance(progress, step), NO_PROGRESS));
const download = (step: 'index' | 'model', loaded: number): Progress => ({
  step,
  loaded,
  total: 100,
  cached: false,
});

describe('progress', () => {
  test('a download under way comes before the steps beside it', () => {
    expect(shownAfter()).toBeNull();
    expect(shownAfter(download('index', 10), { step: 'engine' })).toMatchObject({ step: 'index' });
    expect(shownAfter(download('index', 100), download('model', 3))).toMatchObject({
      step: 'model',
    });
    expect(shownAfter(download('index', 100), { step: 'engine' })).toBe('engine');
  });

  test('looking at the photo ends all downloads, even one whose last message was lost', () => {
    expect(shownAfter(download('model', 99), { step: 'embed' })).toBe('embed');
  });
});

describe('bands', () => {
  const subject = { kind: 'item', id: 'x', title: 'X', url: null } as const;
  const bands = (scores: readonly number[], options = {}) => {
    const hits = scores.map((score, i) => hit(`h${i}`, {}, { score }));
    return bandsOf(answered(subject, answerOf(hits), options) as ResultsState);
  };

  test.each([
    [[0.9, 0.5, 0.4999], { best: 'match', matches: 2 }],
    [[0.4999, 0.1], { best: 'related', matches: 0 }],
    [[0.2], { best: 'related', matches: 0 }],
    [[0.1999, -0.5], { best: 'far', matches: 0 }],
  ])('of the scores %j', (scores, expected) => {
    expect(bands(scores)).toEqual(expected);
  });

  test('are for single photos: the score of a sum of several says less', () => {
    const parts = [{ weight: 1, vector: null, item: { id: 'x' } }];
    const answer = answerOf([hit('a', {}, { score: -0.5 })], { parts });
    expect(bandsOf(answered(subject, answer, {}) as ResultsState)).toEqual({
      best: 'related',
      matches: null,
    });
  });

  test('in another order they are mixed; the best hit counts wherever it is', () => {
    expect(bands([0.1, 0.9], { sort: { by: 'price' } })).toEqual({ best: 'match', matches: null });
  });
});

describe('facts', () => {
  test('are short, few, and not what the name tells already', () => {
    const attributes = {
      kind: 'bowl',
      glaze: 'Celadon',
      price: 40,
      currency: 'EUR',
      height: 12,
      tags: ['oven', 'dishwasher'],
      story: 'x'.repeat(60),
      sold: false,
      handmade: true,
      year: 'fourth',
    };
    expect(factsOf(attributes, 'Celadon tea bowl', words)).toEqual([
      'Height 12',
      'oven, dishwasher',
      'Sold: No',
    ]);
  });

  test('have the unit that their name gives behind the figure', () => {
    const attributes = { 'height (cm)': 20.5, 'volume (ml)': 1700, '(cm)': 1 };
    expect(factsOf(attributes, 'Jug', words)).toEqual([
      'Height 20.5\u00a0cm',
      'Volume 1,700\u00a0mL',
      '(cm) 1',
    ]);
  });

  test('have the catalogue’s labels, units and order; numbers, units and booleans in the page’s language', () => {
    const german = new Words('de', de, { glaze: 'Glasur der Seite' });
    german.setAttributes([
      { name: 'oven', type: 'boolean', label: { en: 'Oven-proof', de: 'Ofenfest' } },
      { name: 'height', type: 'number', label: { en: 'Height', 'de-AT': 'Höh' }, unit: 'cm' },
      { name: 'firing', type: 'number', label: 'Brand', unit: 'Kegel' },
      { name: 'glaze', type: 'text', label: 'Glaze' },
    ]);
    const attributes = { firing: 6, oven: false, height: 20.5 };
    expect(factsOf(attributes, 'Krug', german)).toEqual([
      'Ofenfest: Nein',
      'Height 20,5\u00a0cm',
      'Brand 6\u00a0Kegel',
    ]);
    expect(german.attribute('glaze')).toBe('Glasur der Seite');
    expect(german.value('oven', 'true')).toBe('Ja');
    expect(german.value('glaze', 'true')).toBe('true');
    expect(german.attributeValue('height', 3)).toBe('3\u00a0cm');
    expect(german.figure('price', 12.5, 'EUR')).toBe('12,50\u00a0€');
    const arabic = new Words('ar', ar);
    arabic.setAttributes([{ name: 'height', type: 'number', unit: 'cm' }]);
    expect(arabic.figure('height', 5)).toMatch(/سم$/);
  });
});

describe('frames', () => {
  test('take the middle shape, within bounds', () => {
    const shape = (width: number, height: number) => ({ thumbSize: [width, height] as const });
    expect(frameRatio([])).toBe(1);
    expect(frameRatio([{}, shape(0, 0)])).toBe(1);
    expect(frameRatio([shape(4, 5), shape(4, 5), shape(9, 1)])).toBeCloseTo(0.8, 9);
    expect(frameRatio([shape(1, 9)])).toBeCloseTo(0.75, 9);
  });
});

describe('words', () => {
  test('count and price as people do', () => {
    expect(words.count('matches', 1)).toBe('1 likely match');
    expect(words.count('matchesAtLeast', 1200)).toBe('At least 1,200 likely matches');
    expect(words.price(48, undefined)).toBe('48');
    expect(words.price(48.5, undefined)).toBe('48.50');
    expect(words.price(48, 'eur')).toBe('€48');
    expect(words.price(48.5, 'EUR')).toBe('€48.50');
    expect(words.price(48, 'not a code')).toBe('48');
    expect(words.alike(-0.2)).toBe('0% similar');
    words.setThresholds({ match: 0.6, related: 0.3 });
    expect([0.99, 0.6, 0.59, 0.29].map((score) => words.likeness(score))).toEqual([
      'Same picture',
      'Very similar',
      'Similar',
      'A little similar',
    ]);
    const small = { step: 'index', loaded: 10, total: 99, cached: false } as const;
    expect(words.download(small)).toBe('Loading the catalogue…');
    const model = { step: 'model', loaded: 1e6, total: 2.05e6, cached: false } as const;
    expect(words.download(model)).toBe('Loading the picture model: 1.0 of 2.1 MB');
  });
});
