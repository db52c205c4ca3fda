/** What stands behind the search, and how a visitor ends it. */
import { expect, test, vi } from 'vitest';
import { answerOf, hit, photoFile, ScriptedSearch } from './scripted-search.ts';
import { one, stage } from './stage.ts';

function open(search = new ScriptedSearch()) {
  const { element } = stage(search);
  const about = one(element, 'about') as HTMLDetailsElement;
  about.open = true;
  return { element, search, lines: () => one(element, 'about-facts').textContent };
}

test('tells the model, its author, and what the device keeps', async () => {
  const { lines } = open();
  await vi.waitFor(() => expect(lines()).toMatch(/MB on your device/));
  expect(lines()).toContain('The catalogue has 3 pictures.');
  expect(lines()).toContain('Model: test. Licence: MIT.');
  expect(lines()).toContain('Made by the test.');
});

test('its figures follow what happens while it is open', async () => {
  const estimate = vi.spyOn(navigator.storage, 'estimate').mockResolvedValue({ usage: 1_000_000 });
  const { element, lines } = open(new ScriptedSearch(({ answer }) => answer(answerOf([hit('a')]))));
  const recent = 'Small copies of your recent searches stay on this device';
  await vi.waitFor(() => expect(lines()).toContain('This site stores 1.0 MB'));
  expect(lines()).toContain(recent);
  estimate.mockResolvedValue({ usage: 3_400_000 });
  await element.searchPhoto(photoFile());
  await vi.waitFor(() => expect(lines()).toContain('This site stores 3.4 MB'));
  estimate.mockResolvedValue({ usage: 0 });
  one(element, 'forget').click();
  await vi.waitFor(() => expect(lines()).toContain('This site stores 0.0 MB'));
  expect(lines()).not.toContain(recent);
  await element.searchPhoto(photoFile());
  await vi.waitFor(() => expect(lines()).toContain(recent));
  estimate.mockRestore();
});

test('forgets everything, and says so', async () => {
  const { element, search } = open();
  one(element, 'forget').click();
  await vi.waitFor(() => expect(element.shadowRoot?.textContent).toContain('is deleted'));
  expect(search.forgotten).toBe(1);
});

test('forgetting asks for nothing that would be stored again', async () => {
  class Counting extends ScriptedSearch {
    infos = 0;
    override info() {
      this.infos++;
      return super.info();
    }
  }
  const { element, search, lines } = open(new Counting());
  await vi.waitFor(() => expect(lines()).toContain('The catalogue has 3 pictures.'));
  expect((search as Counting).infos).toBe(1);
  one(element, 'forget').click();
  await vi.waitFor(() => expect(element.shadowRoot?.textContent).toContain('is deleted'));
  expect((search as Counting).infos).toBe(1);
  expect(lines()).toContain('The catalogue has 3 pictures.');
  expect(lines()).toMatch(/MB on your device/);
});

test('what cannot be forgotten is told', async () => {
  class Stuck extends ScriptedSearch {
    override forget() {
      return Promise.reject(new Error('The storage does not answer.'));
    }
  }
  const { element } = open(new Stuck());
  one(element, 'forget').click();
  const said = () => element.shadowRoot?.textContent;
  await vi.waitFor(() => expect(said()).toContain('The storage does not answer.'));
});
