/** The element speaks the page's language, and is written in its direction. */
import { afterEach, describe, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { answerOf, hit, photoFile, ScriptedSearch } from './scripted-search.ts';
import { all, one, settled, shadow, stage } from './stage.ts';

const root = document.documentElement;

afterEach(() => {
  root.lang = 'en';
  root.dir = '';
});

const leftOf = (node: Element | undefined) => node?.getBoundingClientRect().left ?? Number.NaN;

describe('language and direction', () => {
  test('are those of the page, also when it changes them, and of the element itself before', async () => {
    root.lang = 'de';
    const { element } = stage(new ScriptedSearch(({ answer }) => answer(answerOf([hit('a')]))));
    const words = (part = 'choose') => expect.poll(() => one(element, part).textContent);
    expect(getComputedStyle(one(element, 'choose')).visibility, 'no English meanwhile').toBe(
      'hidden',
    );
    await words().toBe('Foto auswählen');
    expect(getComputedStyle(one(element, 'choose')).visibility).toBe('visible');
    root.lang = 'zh-CN';
    await words().toBe('选择照片');
    element.lang = 'fr';
    await words().toBe('Choisir une photo');
    await element.searchPhoto(photoFile());
    element.lang = 'ja';
    await words('heading').toBe('一致しそうな画像 1 件');
    expect(all(element, 'hit')).toHaveLength(1);
  });

  test('from right to left everything turns round', async () => {
    root.lang = 'ar';
    root.dir = 'rtl';
    const { element } = stage(new ScriptedSearch(({ answer }) => answer(answerOf([hit('a')]))));
    await expect.poll(() => one(element, 'choose').textContent).toBe('اختر صورة');
    await element.searchPhoto(photoFile());
    await settled();
    const { left } = one(element, 'photo').getBoundingClientRect();
    expect(left).toBeGreaterThan(one(element, 'heading').getBoundingClientRect().left);
    const fill = shadow(element).querySelector('.fill') as HTMLElement;
    expect(fill.getBoundingClientRect().right).toBeCloseTo(
      one(element, 'bar').getBoundingClientRect().right,
      0,
    );
  });

  test('from right to left, texts of the catalogue in another script keep their order', async () => {
    root.lang = 'ar';
    root.dir = 'rtl';
    const attributes = { glaze: 'blue', finish: 'plain', price: 30, currency: 'EUR' };
    const { element } = stage(
      new ScriptedSearch(({ answer }) =>
        answer(
          answerOf([hit('a', { attributes }), hit('b')], {
            total: 10,
            ranges: { price: { min: 10, max: 50 } },
          }),
        ),
      ),
    );
    await expect.poll(() => one(element, 'choose').textContent).toBe('اختر صورة');
    await element.searchPhoto(photoFile());
    await settled();
    const [glaze, finish] = one(element, 'facts').children;
    expect([glaze?.textContent, finish?.textContent]).toEqual(['blue', 'plain']);
    expect(leftOf(glaze)).toBeGreaterThan(leftOf(finish));

    one(element, 'facet').click();
    await expect.poll(() => all(element, 'range-input')).toHaveLength(2);
    const [from] = all(element, 'range-input') as HTMLInputElement[];
    await userEvent.fill(from as HTMLInputElement, '20');
    from?.dispatchEvent(new Event('change'));
    await settled();
    // "Price" begins the line; the words that follow are Arabic.
    const [text] = one(element, 'chip').querySelector('span')?.childNodes ?? [];
    const price = document.createRange();
    price.setStart(text as Node, 0);
    price.setEnd(text as Node, 5);
    expect(price.toString()).toBe('Price');
    const whole = document.createRange();
    whole.selectNodeContents(text as Node);
    const { right } = whole.getBoundingClientRect();
    expect(price.getBoundingClientRect().right).toBeCloseTo(right, 0);

    (one(element, 'about') as HTMLDetailsElement).open = true;
    const credit = () =>
      all(element, 'detail').find(({ textContent }) => textContent === 'Made by the test.');
    await expect.poll(credit).toBeDefined();
    const line = credit() as HTMLElement;
    expect(getComputedStyle(line).direction).toBe('ltr');
    expect(getComputedStyle(line.parentElement?.firstElementChild as Element).direction).toBe(
      'rtl',
    );
  });

  test('of a page whose language we lack: English, marked as such and in its own direction', () => {
    root.lang = 'he';
    root.dir = 'rtl';
    const { element } = stage();
    expect(one(element, 'choose').textContent).toBe('Choose a photo');
    const box = one(element, 'root');
    expect([box.lang, box.dir, getComputedStyle(box).direction]).toEqual(['en', 'ltr', 'ltr']);
  });
});
