/** The ways in: dialog, drop on the element and anywhere in the page, keyboard. */
import { describe, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { answerOf, hit, PIXEL, photoFile, ScriptedSearch } from '../scripted-search.ts';
import { all, dataWith, one, settled, shadow, stage, stateOf } from '../stage.ts';

const text = () => new File(['hello'], 'notes.txt', { type: 'text/plain' });

function drag(type: string, dataTransfer = new DataTransfer()): DragEvent {
  return new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true, composed: true });
}
describe('the dialog', () => {
  test('a chosen photo is searched; a camera has an input of its own', () => {
    const { element, search } = stage();
    const [file, camera] = shadow(element).querySelectorAll<HTMLInputElement>('input[type=file]');
    if (!file || !camera) throw new Error('Expected two file inputs.');
    expect([file.accept, file.hasAttribute('capture')]).toEqual(['image/*', false]);
    expect(camera.getAttribute('capture')).toBe('environment');
    const photo = photoFile();
    file.files = dataWith(photo).files;
    file.dispatchEvent(new Event('change'));
    expect(search.last.query).toBe(photo);
    expect(file.value, 'the same photo may be chosen again').toBe('');
  });

  test('opens from anywhere in the empty field, and loading begins meanwhile', () => {
    const { element, search } = stage();
    let opened = 0;
    shadow(element)
      .querySelector('input[type=file]')
      ?.addEventListener('click', (event) => {
        event.preventDefault();
        opened++;
      });
    one(element, 'prompt').click();
    one(element, 'choose').click();
    expect([opened, search.preloads]).toEqual([2, 2]);
    void element.searchPhoto(photoFile());
    one(element, 'photo-image').click();
    expect(opened, 'only while it is empty').toBe(2);
  });
});

describe('a drop', () => {
  test('shows that it may be let go, and searches its pictures', () => {
    const { element, search } = stage();
    const zone = one(element, 'zone');
    const over = drag('dragover');
    element.dispatchEvent(drag('dragenter'));
    element.dispatchEvent(over);
    expect(over.defaultPrevented).toBe(true);
    expect(getComputedStyle(one(element, 'drop-hint')).display).toBe('grid');
    const photo = photoFile();
    const drop = drag('drop', dataWith(text(), photo));
    zone.dispatchEvent(drop);
    expect(drop.defaultPrevented).toBe(true);
    expect(getComputedStyle(one(element, 'drop-hint')).display).toBe('none');
    expect(search.calls.map(({ query }) => query)).toEqual([photo]);
  });

  test('goes back when the drag leaves, not when it crosses the parts', () => {
    const { element } = stage();
    const child = element.appendChild(document.createElement('p'));
    element.dispatchEvent(drag('dragenter'));
    element.dispatchEvent(new DragEvent('dragleave', { relatedTarget: child }));
    expect(getComputedStyle(one(element, 'drop-hint')).display).toBe('grid');
    element.dispatchEvent(new DragEvent('dragleave', { relatedTarget: document.body }));
    expect(getComputedStyle(one(element, 'drop-hint')).display).toBe('none');
  });

  test.each([
    ['another file', () => dataWith(text()), '“notes.txt” is not a photo.'],
    ['no file at all', () => new DataTransfer(), 'That is not a photo.'],
  ])('of %s is told in words', (_, make, words) => {
    const { element, search } = stage();
    const heard: string[] = [];
    element.addEventListener('soutu-error', ({ detail }) => heard.push(detail.name));
    element.dispatchEvent(drag('drop', make()));
    expect(stateOf(element)).toBe('error');
    expect(one(element, 'problem').textContent).toContain(words);
    expect(one(element, 'choose').textContent).toBe('Another photo');
    expect([search.calls.length, heard]).toEqual([0, ['PhotoError']]);
  });

  test('of a file without a type goes by its name', () => {
    const { element, search } = stage();
    element.dispatchEvent(drag('drop', dataWith(new File(['x'], 'IMG_1.HEIC'))));
    expect(search.calls).toHaveLength(1);
  });

  test.each([
    [
      'a picture within a link, from another page',
      'text/html',
      `<a href="/x"><img alt="a" src="${PIXEL}"></a>`,
    ],
    ['an address', 'text/uri-list', `# a picture\r\n${PIXEL}\r\n`],
    ['a tiny picture alone', 'text/html', `<img src='${PIXEL}' alt="1 > 0">`],
  ])('of %s fetches it', async (_, type, content) => {
    const { element, search } = stage();
    const data = new DataTransfer();
    data.setData(type, content);
    element.dispatchEvent(drag('drop', data));
    await vi.waitFor(() => expect(search.calls).toHaveLength(1));
    expect((search.last.query as File).type).toBe('image/gif');
  });
});

describe('a drop anywhere in the page', () => {
  const pageHint = (element: Parameters<typeof one>[0]) =>
    one(element, 'drop-page').matches(':popover-open');

  function elsewhere(): HTMLElement {
    const place = document.createElement('div');
    place.textContent = 'elsewhere';
    document.body.append(place);
    return place;
  }

  test('is shown over the whole window, and searched', () => {
    const { element, search } = stage();
    const place = elsewhere();
    const photo = photoFile();
    const over = drag('dragover', dataWith(photo));
    place.dispatchEvent(over);
    expect([over.defaultPrevented, pageHint(element), search.preloads]).toEqual([true, true, 1]);
    const { width, height } = one(element, 'drop-page').getBoundingClientRect();
    expect([width, height]).toEqual([innerWidth - 32, innerHeight - 32]);
    const drop = drag('drop', dataWith(photo));
    place.dispatchEvent(drop);
    expect([drop.defaultPrevented, pageHint(element)]).toEqual([true, false]);
    expect(search.last.query).toBe(photo);
  });

  test('brings the element into view', () => {
    const { element } = stage();
    element.style.marginBlock = '3000px';
    elsewhere().dispatchEvent(drag('drop', dataWith(photoFile())));
    const { top } = element.getBoundingClientRect();
    expect(Math.abs(top)).toBeLessThan(innerHeight / 2);
    scrollTo(0, 0);
  });

  test('is forgotten when the drag leaves the window', () => {
    const { element } = stage();
    const place = elsewhere();
    place.dispatchEvent(drag('dragover', dataWith(photoFile())));
    place.dispatchEvent(
      new DragEvent('dragleave', { relatedTarget: document.body, bubbles: true }),
    );
    expect(pageHint(element)).toBe(true);
    place.dispatchEvent(new DragEvent('dragleave', { bubbles: true }));
    expect(pageHint(element)).toBe(false);
  });

  test.each([
    ['another file', () => dataWith(text())],
    ['words', () => new DataTransfer()],
  ])('of %s is the page’s business', (_, make) => {
    const { element, search } = stage();
    const place = elsewhere();
    for (const type of ['dragover', 'drop']) {
      const event = drag(type, make());
      place.dispatchEvent(event);
      expect(event.defaultPrevented).toBe(false);
    }
    expect([pageHint(element), search.calls.length, stateOf(element)]).toEqual([false, 0, 'empty']);
  });

  test('leaves the page’s own fields alone', () => {
    const { element, search } = stage();
    const place = elsewhere();
    place.dispatchEvent(drag('dragover', dataWith(photoFile())));
    const own = document.body.appendChild(document.createElement('div'));
    for (const type of ['dragover', 'drop']) own.addEventListener(type, (e) => e.preventDefault());
    own.dispatchEvent(drag('dragover', dataWith(photoFile())));
    expect(pageHint(element), 'the hint goes').toBe(false);
    own.dispatchEvent(drag('drop', dataWith(photoFile())));
    const files = document.body.appendChild(document.createElement('input'));
    files.type = 'file';
    const native = drag('drop', dataWith(photoFile()));
    files.dispatchEvent(native);
    expect([native.defaultPrevented, search.calls.length]).toEqual([false, 0]);
  });

  test('of what began in the page is left alone until it ends', () => {
    const { search } = stage();
    const place = elsewhere();
    place.dispatchEvent(drag('dragstart'));
    place.dispatchEvent(drag('drop', dataWith(photoFile())));
    expect(search.calls).toHaveLength(0);
    place.dispatchEvent(drag('dragend'));
    place.dispatchEvent(drag('drop', dataWith(photoFile())));
    expect(search.calls).toHaveLength(1);
  });

  test('goes to the first element that is seen and wants it', () => {
    const { element, search } = stage();
    const second = new ScriptedSearch();
    const other = element.cloneNode() as typeof element;
    other.search = second;
    document.body.append(other);
    const place = elsewhere();
    const drops = () => {
      place.dispatchEvent(drag('drop', dataWith(photoFile())));
      return [search.calls.length, second.calls.length];
    };
    expect(drops()).toEqual([1, 0]);
    element.setAttribute('drop', 'element');
    expect(drops()).toEqual([1, 1]);
    element.removeAttribute('drop');
    element.hidden = true;
    expect(drops()).toEqual([1, 2]);
    element.hidden = false;
    element.remove();
    expect(drops()).toEqual([1, 3]);
    other.setAttribute('drop', 'element');
    expect(drops()).toEqual([1, 3]);
  });
});

describe('the keyboard', () => {
  test.each([
    ['a phone', '390px', 'menu'],
    ['a wide page', '700px', 'choose'],
  ])(
    'on %s, reaches everything in order, and the focus is never lost',
    async (_, width, button) => {
      const page = answerOf([hit('a', { url: '#a' }), hit('b'), hit('c', { url: '#c' })], {
        total: 9,
      });
      const { element, search } = stage();
      element.style.width = width;
      const focused = () => shadow(element).activeElement;
      await userEvent.keyboard('{Tab}');
      expect(focused()).toBe(one(element, 'choose'));
      expect(getComputedStyle(one(element, 'choose')).outlineStyle).toBe('solid');

      void element.searchPhoto(photoFile());
      search.last.answer(page);
      await settled();
      expect(focused(), 'the button for another photo, or to it').toBe(one(element, button));
      await vi.waitFor(() => expect(one(element, 'crop-open').hidden).toBe(false));
      const [first, last] = all(element, 'link');
      const likes = all(element, 'like');
      const hits = [first, likes[0], likes[1], last, likes[2]];
      const ofPhoto =
        button === 'menu' ? [] : [one(element, 'add-photo'), one(element, 'crop-open')];
      for (const next of [...ofPhoto, one(element, 'text-filter'), ...hits, one(element, 'more')]) {
        await userEvent.keyboard('{Tab}');
        expect(focused()).toBe(next);
      }
      await userEvent.keyboard('{Enter}');
      expect(search.last.options.from).toBe(3);
      expect(one(element, 'more').textContent).toBe('Loading more…');
      search.last.answer(answerOf([hit('d', { url: '#d' })], { total: 9 }));
      await settled();
      expect(focused()?.textContent).toBe('Title of d');
    },
  );

  test('another try is asked for by Enter, and the focus stays in the element', async () => {
    const { element, search } = stage();
    void element.searchPhoto(photoFile());
    search.last.fail(new Error('odd'));
    await settled();
    one(element, 'primary').focus();
    await userEvent.keyboard('{Enter}');
    expect(stateOf(element)).toBe('loading');
    expect(shadow(element).activeElement).toBe(one(element, 'menu'));
  });

  test('all targets are at least 44 pixels high', async () => {
    const { element, search } = stage();
    void element.searchPhoto(photoFile());
    search.last.answer(answerOf([hit('a')], { total: 2 }));
    await settled();
    const shown = all(element, 'button').filter((button) => button.offsetHeight > 0);
    expect(shown.length).toBeGreaterThan(1);
    for (const button of shown) expect(button.offsetHeight).toBeGreaterThanOrEqual(44);
  });
});
