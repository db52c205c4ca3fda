/** The field for a picture's address: what it asks for, and what it says. */
import { describe, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { AddressError, type AddressProblem } from '../../../src/client/photo/fetch-picture.ts';
import { addressProblem } from '../../../src/widget/inputs/address-field.ts';
import { wordsFor } from '../../../src/widget/words/languages.ts';
import { photoFile } from '../scripted-search.ts';
import { one, stage, stateOf, statusOf } from '../stage.ts';

const PHOTO = '/public/sample/queries/vase-001.jpg';

async function openField() {
  const staged = stage();
  one(staged.element, 'address-summary').click();
  const input = one(staged.element, 'address-input') as HTMLInputElement;
  await vi.waitFor(() => expect(staged.element.shadowRoot?.activeElement).toBe(input));
  return { ...staged, input };
}

describe('the field', () => {
  test('is folded, opens without the file dialog, and takes the focus', async () => {
    const { element } = stage();
    const file = element.shadowRoot?.querySelector('input[type=file]');
    const opened = vi.fn((event: Event) => event.preventDefault());
    file?.addEventListener('click', opened);
    expect((one(element, 'address') as HTMLDetailsElement).open).toBe(false);
    one(element, 'address-summary').click();
    one(element, 'address-form').click();
    await vi.waitFor(() =>
      expect(element.shadowRoot?.activeElement).toBe(one(element, 'address-input')),
    );
    expect(opened).not.toHaveBeenCalled();
    for (const part of ['address-summary', 'address-input']) {
      expect(one(element, part).getBoundingClientRect().height).toBeGreaterThanOrEqual(44);
    }
  });

  test('fetches what is typed, and searches it', async () => {
    const { element, search, input } = await openField();
    const told: unknown[] = [];
    const status = element.shadowRoot?.querySelector('[role=status]') as Node;
    new MutationObserver(() => told.push(statusOf(element))).observe(status, { childList: true });
    await userEvent.fill(input, ` ${PHOTO} `);
    await userEvent.keyboard('{Enter}');
    await vi.waitFor(() => expect(stateOf(element)).toBe('loading'));
    expect(told[0]).toBe(`Downloading the picture from ${location.host}…`);
    expect((search.last.query as File).name).toBe('vase-001.jpg');
    expect(element.shadowRoot?.activeElement, 'the focus stays in the element').toBeTruthy();
  });

  test('says what is wrong, and keeps the address to be mended', async () => {
    const { element, search, input } = await openField();
    const heard: string[] = [];
    element.addEventListener('soutu-error', ({ detail }) => heard.push(detail.name));
    await userEvent.fill(input, '/%zz/none.jpg');
    await userEvent.keyboard('{Enter}');
    await vi.waitFor(() => expect(stateOf(element)).toBe('error'));
    expect(one(element, 'problem').textContent).toBe(
      `${location.host} has no picture at this URL (it returns 404). Check the URL.`,
    );
    expect(statusOf(element)).toContain('has no picture at this URL');
    expect([heard, search.calls.length]).toEqual([['PhotoError'], 0]);
    const field = one(element, 'address-input') as HTMLInputElement;
    expect([field.value, field.offsetHeight > 0]).toEqual(['/%zz/none.jpg', true]);
  });

  test('a photo that is given meanwhile counts, not the one on its way', async () => {
    const { element, search, input } = await openField();
    input.value = PHOTO;
    input.form?.requestSubmit();
    expect(stateOf(element)).toBe('fetching');
    const photo = photoFile();
    void element.searchPhoto(photo);
    // The picture's own answer would be here by then.
    await fetch(PHOTO).then((response) => response.blob());
    expect(search.calls.map(({ query }) => query)).toEqual([photo]);
  });
});

test.each<[AddressProblem, string, RegExp]>([
  ['address', '', /not the URL of a picture/],
  ['insecure', '', /^a\.example cannot be reached, .*Save the picture to your device/],
  ['policy', '', /cannot download pictures from other sites. Save the picture/],
  ['refused', '', /does not let other sites use its pictures. Save the picture/],
  ['offline', '', /^You are offline/],
  ['slow', '', /from a\.example took too long/],
  ['status', '404', /it returns 404/],
  ['type', 'text/html', /returns text\/html, not an image/],
  ['size', '40000000', /larger than 40\.0 MB/],
])('in the visitor’s words: %s', (problem, detail, said) => {
  const error = new AddressError(problem, 'http://a.example/vase.jpg', detail);
  expect(addressProblem(error, wordsFor('en'))).toMatch(said);
});
