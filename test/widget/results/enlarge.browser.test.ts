/** A hit's picture, enlarged in a dialog: the ways through it, and what it shows of each item. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { answerOf, hit, PIXEL, photoFile, ScriptedSearch } from '../scripted-search.ts';
import { all, one, type SoutuSearch, settled, shadow, stage } from '../stage.ts';

/** Two grey pixels. */
const FULL = 'data:image/gif;base64,R0lGODdhAgABAIAAAICAgAAAACwAAAAAAgABAAACAkQKADs=';

const hits = [
  hit('a', { url: '/pots/a.html', image: FULL }),
  hit('b', { title: 'b', image: 'photos/b.jpg', url: 'javascript:alert(1)' }),
  hit('c', { image: 'photos/c.jpg', title: '<b>Cup</b>' }),
];

async function enlarged(n: number): Promise<SoutuSearch> {
  const { element } = stage(new ScriptedSearch(({ answer }) => answer(answerOf(hits))));
  await element.searchPhoto(photoFile());
  all(element, 'enlarge')[n]?.click();
  await vi.waitFor(() => one(element, 'enlarged'));
  return element;
}

const dialog = (element: SoutuSearch) => one(element, 'enlarged') as HTMLDialogElement;
const picture = (element: SoutuSearch) => one(element, 'enlarged-picture') as HTMLImageElement;
const place = (element: SoutuSearch) => one(element, 'enlarged-count').textContent;

afterEach(() => {
  document.documentElement.removeAttribute('dir');
  document.body.replaceChildren();
});

describe('the dialog', () => {
  test('is modal and named after the item, whose title leads to its page', async () => {
    const element = await enlarged(0);
    expect([dialog(element).matches(':modal'), dialog(element).ariaLabel]).toEqual([
      true,
      'Title of a',
    ]);
    const link = one(element, 'enlarged-link') as HTMLAnchorElement;
    expect([link.getAttribute('href'), link.textContent]).toEqual(['/pots/a.html', 'Title of a']);
    expect(picture(element).alt).toBe('Title of a');
    expect(place(element)).toBe('Title of a. 1 of 3');
  });

  test('shows the thumbnail at once, then the full picture if there is one', async () => {
    const element = await enlarged(0);
    await vi.waitFor(() => expect(picture(element).src).toBe(FULL));
    await vi.waitFor(() => expect(picture(element).naturalWidth).toBe(2));
    expect(picture(element).classList.contains('small')).toBe(false);
    one(element, 'enlarged-next').click();
    expect([picture(element).src, picture(element).classList.contains('small')]).toEqual([
      PIXEL,
      true,
    ]);
  });

  test('a thumbnail that cannot be read does not keep the full picture away', async () => {
    const broken = 'data:image/gif;base64,AAAA';
    const { element } = stage(
      new ScriptedSearch(({ answer }) =>
        answer(answerOf([hit('x', { thumb: broken, image: FULL })])),
      ),
    );
    await element.searchPhoto(photoFile());
    one(element, 'enlarge').click();
    await vi.waitFor(() => expect(picture(element).naturalWidth).toBe(2));
    await settled();
    expect(one(element, 'enlarged-stage').children.length).toBe(1);
  });

  test('its link is a hit that the page can follow by itself', async () => {
    const element = await enlarged(0);
    const heard: unknown[] = [];
    element.addEventListener('soutu-hit', (event) => {
      heard.push(event.detail);
      event.preventDefault();
    });
    const link = one(element, 'enlarged-link');
    const click = (type: string, button: number) => {
      const event = new MouseEvent(type, { button, bubbles: true, cancelable: true });
      link.dispatchEvent(event);
      return event.defaultPrevented;
    };
    expect([click('click', 0), click('auxclick', 1), click('auxclick', 2)]).toEqual([
      true,
      true,
      false,
    ]);
    const [{ id, score, item }] = hits as [(typeof hits)[0]];
    expect(heard).toEqual(Array(2).fill({ id, score, item, rank: 1 }));
  });

  test('a path of the catalogue is not asked for, and texts stay texts', async () => {
    const element = await enlarged(1);
    expect(picture(element).alt).toBe('b');
    expect(picture(element).src).toBe(PIXEL);
    expect(shadow(element).querySelector('[part=enlarged-link]'), 'an unsafe link').toBe(null);
    one(element, 'enlarged-next').click();
    expect(one(element, 'enlarged-title').textContent).toBe('<b>Cup</b>');
  });

  test('goes to the next and the previous picture, not beyond the ends', async () => {
    const element = await enlarged(1);
    const [previous, next] = [one(element, 'enlarged-previous'), one(element, 'enlarged-next')];
    expect([previous.ariaDisabled, next.ariaDisabled]).toEqual(['false', 'false']);
    previous.click();
    expect([place(element), previous.ariaDisabled]).toEqual(['Title of a. 1 of 3', 'true']);
    previous.click();
    expect(place(element)).toBe('Title of a. 1 of 3');
  });

  test('arrow keys turn the page, in the direction of the page', async () => {
    const element = await enlarged(0);
    await userEvent.keyboard('{ArrowRight}');
    expect(place(element)).toBe('b. 2 of 3');
    await userEvent.keyboard('{ArrowLeft}');
    expect(place(element)).toBe('Title of a. 1 of 3');
    document.documentElement.dir = 'rtl';
    await settled();
    all(element, 'enlarge')[0]?.click();
    await vi.waitFor(() => one(element, 'enlarged'));
    await userEvent.keyboard('{ArrowLeft}');
    expect(place(element)).toBe('b. 2 of 3');
  });

  test('a finger turns the page, a tap beside the picture closes', async () => {
    const element = await enlarged(0);
    const stagePart = one(element, 'enlarged-stage');
    const finger = (type: string, clientX: number, target: Element) =>
      target.dispatchEvent(
        new PointerEvent(type, { clientX, pointerType: 'touch', bubbles: true, composed: true }),
      );
    finger('pointerdown', 200, picture(element));
    finger('pointerup', 100, picture(element));
    expect(place(element)).toBe('b. 2 of 3');
    finger('pointerdown', 100, stagePart);
    finger('pointerup', 102, stagePart);
    stagePart.click();
    expect(shadow(element).querySelector('dialog')).toBe(null);
  });

  test('Escape closes it; the focus goes to the hit that was seen last', async () => {
    const element = await enlarged(0);
    await userEvent.keyboard('{ArrowRight}');
    await userEvent.keyboard('{Escape}');
    await vi.waitFor(() => expect(shadow(element).querySelector('dialog')).toBe(null));
    expect(shadow(element).activeElement).toBe(all(element, 'enlarge')[1]);
  });
});
