/** The ways in: dialog, drop, paste, keyboard. */
import { describe, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { answerOf, hit, photoFile, ScriptedSearch } from './scripted-search.ts';
import { all, dataWith, one, settled, shadow, stage, stateOf } from './stage.ts';

const text = () => new File(['hello'], 'notes.txt', { type: 'text/plain' });

function drag(type: string, dataTransfer = new DataTransfer()): DragEvent {
  return new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true, composed: true });
}

function paste(clipboardData: DataTransfer): ClipboardEvent {
  return new ClipboardEvent('paste', {
    clipboardData,
    bubbles: true,
    cancelable: true,
    composed: true,
  });
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
      .querySelector('input')
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
  test('shows that it may be let go, and searches the first picture', () => {
    const { element, search } = stage();
    const zone = one(element, 'zone');
    const over = drag('dragover');
    element.dispatchEvent(drag('dragenter'));
    element.dispatchEvent(over);
    expect(over.defaultPrevented).toBe(true);
    expect(getComputedStyle(one(element, 'drop-hint')).display).toBe('grid');
    const photo = photoFile();
    const drop = drag('drop', dataWith(text(), photo, photoFile('other.gif')));
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
    ['no file at all', () => new DataTransfer(), 'That was not a photo.'],
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

  test('elsewhere in the page is none of its business', () => {
    stage();
    const over = drag('dragover');
    document.body.dispatchEvent(over);
    expect(over.defaultPrevented).toBe(false);
  });
});

describe('a paste', () => {
  test('of a picture anywhere in the page is searched', () => {
    const { search } = stage();
    const photo = photoFile();
    const event = paste(dataWith(photo));
    document.body.dispatchEvent(event);
    expect(search.last.query).toBe(photo);
    expect(event.defaultPrevented).toBe(true);
  });

  test('of words, or by somebody who types, is left alone', () => {
    const { search } = stage();
    const words = new DataTransfer();
    words.setData('text/plain', 'hello');
    document.body.dispatchEvent(paste(words));
    for (const editable of [document.createElement('input'), document.createElement('div')]) {
      if (editable instanceof HTMLDivElement) editable.contentEditable = 'true';
      document.body.append(editable);
      const event = paste(dataWith(photoFile()));
      editable.dispatchEvent(event);
      expect(event.defaultPrevented).toBe(false);
    }
    expect(search.calls).toEqual([]);
  });

  test('is taken by one element only', () => {
    const { element, search } = stage();
    const other = element.cloneNode() as typeof element;
    const second = new ScriptedSearch();
    other.search = second;
    document.body.append(other);
    document.body.dispatchEvent(paste(dataWith(photoFile())));
    expect([search.calls.length, second.calls.length]).toEqual([1, 0]);
  });
});

describe('the keyboard', () => {
  test('reaches everything in order, and the focus is never lost', async () => {
    const page = answerOf([hit('a', { url: '#a' }), hit('b'), hit('c', { url: '#c' })], {
      total: 9,
    });
    const { element, search } = stage();
    const focused = () => shadow(element).activeElement;
    await userEvent.keyboard('{Tab}');
    expect(focused()).toBe(one(element, 'choose'));
    expect(getComputedStyle(one(element, 'choose')).outlineStyle).toBe('solid');

    void element.searchPhoto(photoFile());
    search.last.answer(page);
    await settled();
    expect(focused(), 'the button stays through the states').toBe(one(element, 'choose'));
    const [first, last] = all(element, 'link');
    for (const next of [first, last, one(element, 'more')]) {
      await userEvent.keyboard('{Tab}');
      expect(focused()).toBe(next);
    }
    await userEvent.keyboard('{Enter}');
    expect(search.last.options.from).toBe(3);
    expect(one(element, 'more').textContent).toBe('Loading more…');
    search.last.answer(answerOf([hit('d', { url: '#d' })], { total: 9 }));
    await settled();
    expect(focused()?.textContent).toBe('Title of d');
  });

  test('another try is asked for by Enter, and the focus stays in the element', async () => {
    const { element, search } = stage();
    void element.searchPhoto(photoFile());
    search.last.fail(new Error('odd'));
    await settled();
    one(element, 'primary').focus();
    await userEvent.keyboard('{Enter}');
    expect(stateOf(element)).toBe('loading');
    expect(shadow(element).activeElement).toBe(one(element, 'choose'));
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
