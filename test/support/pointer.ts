/** A real mouse and a real finger, moved by the browser's own debugging protocol. */
import { cdp } from 'vitest/browser';

interface Session {
  send(method: string, parameters: Record<string, unknown>): Promise<unknown>;
}

const session = () => cdp() as unknown as Session;

export interface At {
  readonly x: number;
  readonly y: number;
}

/** A place on an element: fractions of its width and height from its upper left corner. */
export function on(element: Element, x: number, y: number): At {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left + x * width, y: top + y * height };
}

/** Presses at the first place, goes by way of the others, and lets go at the last. */
export async function dragByMouse(...way: readonly At[]): Promise<void> {
  const mouse = (type: string, at: At) =>
    session().send('Input.dispatchMouseEvent', {
      type,
      ...inBrowser(at),
      button: 'left',
      buttons: type === 'mouseReleased' ? 0 : 1,
      clickCount: 1,
    });
  const [first, last] = endsOf(way);
  await mouse('mousePressed', first);
  for (const at of way.slice(1)) await mouse('mouseMoved', at);
  await mouse('mouseReleased', last);
}

/** With no button pressed. */
export async function moveMouse(at: At): Promise<void> {
  await session().send('Input.dispatchMouseEvent', { type: 'mouseMoved', ...inBrowser(at) });
}

export async function dragByTouch(...way: readonly At[]): Promise<void> {
  const touch = (type: string, ...points: readonly At[]) =>
    session().send('Input.dispatchTouchEvent', { type, touchPoints: points.map(inBrowser) });
  await touch('touchStart', endsOf(way)[0]);
  for (const at of way.slice(1)) await touch('touchMove', at);
  await touch('touchEnd');
}

function endsOf(way: readonly At[]): [first: At, last: At] {
  const [first, last] = [way[0], way.at(-1)];
  if (!first || !last) throw new Error('A way needs a place.');
  return [first, last];
}

/** Tests run in a frame of the page that the protocol knows. */
function inBrowser({ x, y }: At): At {
  const frame = window.frameElement?.getBoundingClientRect();
  if (!frame) return { x, y };
  const scale = frame.width / innerWidth;
  return { x: frame.left + x * scale, y: frame.top + y * scale };
}
