/**
 * The live view of a camera. The stream is a real one, from a canvas; what stands in for the device is only the
 * browser's list of devices and its question to the visitor (test/e2e/camera.test.ts has the browser's own).
 */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { SoutuError } from '../../../src/core/errors.ts';
import { loadSheets } from '../../../src/widget/sheets/load-sheets.ts';
import { ScriptedSearch } from '../scripted-search.ts';
import { one, type SoutuSearch, settled, shadow, stage, stateOf } from '../stage.ts';

vi.mock('../../../src/widget/sheets/load-sheets.ts', { spy: true });

const streams: MediaStream[] = [];
let devices: string[];
let asked: MediaStreamConstraints[];
let answer: () => Promise<MediaStream>;

/** 64 × 48, red. */
function stream(): MediaStream {
  const canvas = document.createElement('canvas');
  canvas.width = 64;
  canvas.height = 48;
  const context = canvas.getContext('2d');
  const paint = () => {
    if (!context) return;
    context.fillStyle = '#f00';
    context.fillRect(0, 0, 64, 48);
  };
  paint();
  const made = canvas.captureStream(30);
  const timer = setInterval(() => {
    paint();
    if (!made.active) clearInterval(timer);
  }, 20);
  streams.push(made);
  return made;
}

beforeEach(() => {
  devices = ['front'];
  asked = [];
  answer = () => Promise.resolve(stream());
  vi.spyOn(navigator.mediaDevices, 'enumerateDevices').mockImplementation(async () =>
    ['mic', ...devices].map((deviceId) => ({
      deviceId,
      groupId: '',
      label: '',
      kind: deviceId === 'mic' ? 'audioinput' : 'videoinput',
      toJSON: () => '',
    })),
  );
  vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockImplementation((constraints) => {
    asked.push(constraints ?? {});
    return answer();
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  for (const made of streams.splice(0)) for (const track of made.getTracks()) track.stop();
});

const dialogOf = (element: SoutuSearch) => one(element, 'camera') as HTMLDialogElement;
const running = () => streams.filter(({ active }) => active).length;
const button = (element: SoutuSearch, text: string) => {
  const found = [...dialogOf(element).querySelectorAll('button')].find(
    ({ textContent }) => textContent === text,
  );
  if (!found) throw new Error(`No button "${text}".`);
  return found;
};

async function opened(search = new ScriptedSearch()) {
  const staged = stage(search);
  const take = one(staged.element, 'take');
  await vi.waitFor(() => expect(take.offsetHeight).toBeGreaterThanOrEqual(44));
  take.focus();
  take.click();
  await vi.waitFor(() => expect(dialogOf(staged.element).open).toBe(true));
  return staged;
}

async function live(search?: ScriptedSearch) {
  const staged = await opened(search);
  const shutter = button(staged.element, 'Take the photo');
  await vi.waitFor(() => expect(shutter.ariaDisabled).toBe('false'));
  return { ...staged, shutter };
}

describe('the button', () => {
  test('is there where there is a camera, and comes and goes with it', async () => {
    devices = [];
    const { element } = stage();
    const take = one(element, 'take');
    await settled();
    expect(take.offsetHeight).toBe(0);
    devices = ['new'];
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    await vi.waitFor(() => expect(take.offsetHeight).toBeGreaterThan(0));
    devices = [];
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    await vi.waitFor(() => expect(take.offsetHeight).toBe(0));
    expect(asked, 'nobody is asked for a permission').toEqual([]);
  });

  test('is no reason for an error where the list of devices is refused', async () => {
    vi.mocked(navigator.mediaDevices.enumerateDevices).mockRejectedValue(new Error('no'));
    const { element } = stage();
    await settled();
    expect(one(element, 'take').offsetHeight).toBe(0);
  });
});

describe('the live view', () => {
  test('that cannot be loaded says so', async () => {
    const words = 'A script of the search cannot be loaded (offline).';
    vi.mocked(loadSheets).mockRejectedValueOnce(new SoutuError('WorkerError', words));
    const { element } = stage();
    one(element, 'take').click();
    await vi.waitFor(() => expect(one(element, 'notice').textContent).toBe(words));
    expect([one(element, 'notice').role, stateOf(element), running()]).toEqual([
      'alert',
      'empty',
      0,
    ]);
  });

  test('opens over the page, keeps the focus, and the search is loaded meanwhile', async () => {
    const { element, search } = await live();
    expect([dialogOf(element).open, search.preloads > 0, running()]).toEqual([true, true, 1]);
    expect(asked[0]?.video).toMatchObject({ facingMode: 'environment' });
    expect(asked[0]?.audio, 'no microphone').toBeUndefined();
    for (const text of ['Take the photo', 'Close']) {
      expect(button(element, text).offsetHeight).toBeGreaterThanOrEqual(44);
    }
    for (let i = 0; i < 5; i++) {
      await userEvent.keyboard('{Tab}');
      const focused = shadow(element).activeElement;
      expect(focused === null || dialogOf(element).contains(focused)).toBe(true);
    }
  });

  test('what it shows is searched, unmixed; then the camera is off', async () => {
    const { element, search, shutter } = await live();
    const dialog = dialogOf(element);
    shutter.click();
    await vi.waitFor(() => expect(search.calls).toHaveLength(1));
    expect([dialog.open, running(), stateOf(element)]).toEqual([false, 0, 'loading']);
    const photo = search.last.query as File;
    expect(photo.type).toBe('image/png');
    const bitmap = await createImageBitmap(photo);
    const context = new OffscreenCanvas(64, 48).getContext('2d');
    context?.drawImage(bitmap, 0, 0);
    const [red = 0, green = 255, blue = 255] = context?.getImageData(30, 20, 1, 1).data ?? [];
    expect([bitmap.width, bitmap.height]).toEqual([64, 48]);
    expect(red).toBeGreaterThan(230);
    expect(Math.max(green, blue)).toBeLessThan(25);
  });

  test.each([
    ['Escape', () => userEvent.keyboard('{Escape}')],
    ['its button', async (element: SoutuSearch) => button(element, 'Close').click()],
    ['the element’s end', async (element: SoutuSearch) => element.remove()],
    ['another language', async (element: SoutuSearch) => element.setAttribute('lang', 'de')],
  ])('is closed by %s, and the camera is off', async (_, close) => {
    const { element } = await live();
    const dialog = dialogOf(element);
    await close(element);
    await vi.waitFor(() => expect([dialog.open, running()]).toEqual([false, 0]));
  });

  test('Escape brings the focus back to the button', async () => {
    const { element } = await live();
    await userEvent.keyboard('{Escape}');
    await vi.waitFor(() => expect(shadow(element).activeElement).toBe(one(element, 'take')));
  });

  test('a camera that the visitor allows after the end is switched off at once', async () => {
    let allow: (given: MediaStream) => void = () => undefined;
    answer = () => new Promise((resolve) => (allow = resolve));
    const { element } = await opened();
    const dialog = dialogOf(element);
    dialog.close();
    await vi.waitFor(() => expect(dialog.isConnected).toBe(false));
    allow(stream());
    await vi.waitFor(() => expect(running()).toBe(0));
  });

  test('changes to the next of several cameras', async () => {
    devices = ['front', 'back'];
    const { element } = await live();
    const other = button(element, 'Switch camera');
    await vi.waitFor(() => expect(other.hidden).toBe(false));
    other.click();
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    expect(asked[1]?.video).toMatchObject({ deviceId: { exact: 'front' } });
    await vi.waitFor(() => expect(running()).toBe(1));
  });
});

test.each([
  ['NotAllowedError', /not allowed to use the camera. Allow it in your browser’s settings/],
  ['NotFoundError', /No camera found/],
  ['NotReadableError', /Another program may be using it/],
  ['TypeError', /cannot be used here. Choose a photo/],
])('%s is said in words', async (name, words) => {
  answer = () => Promise.reject(new DOMException('no', name));
  const { element } = await opened();
  await vi.waitFor(() => expect(one(element, 'camera-status').textContent).toMatch(words));
  expect(one(element, 'camera-status').role).toBe('alert');
  expect(shadow(element).activeElement).toBe(button(element, 'Close'));
});
