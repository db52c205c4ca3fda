/** axe looks at the ways in: the address, the frame over the photo, the camera, the last queries. */
import axe from 'axe-core';
import { afterEach, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { deviceQueries } from '../../../src/client/recent/device-queries.ts';
import { answerOf, hit, photoFile, ScriptedSearch } from '../scripted-search.ts';
import { all, one, type SoutuSearch, shadow, stage } from '../stage.ts';

const answering = () => new ScriptedSearch(({ answer }) => answer(answerOf([hit('a')])));

afterEach(() => {
  vi.restoreAllMocks();
});

async function expectNothing(element: SoutuSearch) {
  const { violations } = await axe.run(element);
  const told = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`,
  );
  expect(told).toEqual([]);
}

test('the field for an address', async () => {
  const { element } = stage(answering());
  (one(element, 'address') as HTMLDetailsElement).open = true;
  await expectNothing(element);
});

test('the frame over the photo, and the last queries', async () => {
  const bundle = new URL(`./a11y-${Date.now()}/`, document.baseURI).href;
  const { element } = stage(answering(), { bundle });
  await element.searchPhoto(photoFile('one.gif'));
  // Saved while the browser is idle, and listed with the next search, so that no results move.
  await vi.waitFor(async () => expect(await deviceQueries(bundle).list()).toHaveLength(1));
  await element.searchPhoto(photoFile('two.gif'));
  await vi.waitFor(() => expect(one(element, 'crop-open').hidden).toBe(false));
  one(element, 'crop-open').click();
  await vi.waitFor(() => expect(shadow(element).activeElement?.part.value).toContain('crop'));
  await userEvent.keyboard('{Shift>}{ArrowLeft}{ArrowLeft}{/Shift}{Enter}');
  await vi.waitFor(() => expect(all(element, 'recent-query')).toHaveLength(1));
  await expectNothing(element);
});

test('the camera that is refused', async () => {
  vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockRejectedValue(
    new DOMException('no', 'NotAllowedError'),
  );
  const { element } = stage(answering());
  one(element, 'take').click();
  await vi.waitFor(() => expect(one(element, 'camera-status').textContent).toContain('camera'));
  await expectNothing(element);
});
