/**
 * The crop frame over a photo, for mouse, touch and keyboard.
 *
 *     drag a corner           resizes the frame
 *     drag the frame          moves it; if it covers the whole photo, draws a new one
 *     drag outside it         draws a new frame
 *     two clicks              the same as a drag from the first to the second
 *     arrow keys              move it; with Shift, resize it
 *     Escape                  takes back the first click, or selects the whole photo
 *
 * A drag reports its result when it ends; key presses report after a short pause. Two clicks are for visitors who cannot
 * drag (WCAG 2.2, 2.5.7).
 */
import type { Region } from '../../core/image/view.ts';
import { create } from '../dom.ts';
import type { Words } from '../words/words.ts';
import {
  type Corner,
  drawn,
  grown,
  type Least,
  moved,
  type Point,
  stretched,
  unlessWhole,
  WHOLE,
} from './frame-moves.ts';
import { setRegion } from './photo-picture.ts';

export interface CropHandlers {
  /** The visitor selected another region; null is the whole photo. */
  readonly onRegion: (region: Region | null) => void;
  /** Escape was pressed while the frame already covers the whole photo. */
  readonly onLeave: () => void;
}

/** Minimum side in pixels, so that the handles do not overlap. */
const LEAST = 64;
/** Pixels; a shorter drag counts as a click. */
const CLICK = 6;
const STEP = 0.02;
const KEYS_REST_MS = 400;

const CORNERS: readonly Corner[] = ['nw', 'ne', 'sw', 'se'];
const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -STEP, y: 0 },
  ArrowRight: { x: STEP, y: 0 },
  ArrowUp: { x: 0, y: -STEP },
  ArrowDown: { x: 0, y: STEP },
};

type ClientPoint = Pick<PointerEvent, 'clientX' | 'clientY'>;

interface Gesture {
  readonly pointer: number;
  readonly from: Point;
  readonly shaped: (to: Point) => Region;
}

export class CropFrame {
  /** Overlays the whole photo. */
  readonly element: HTMLElement;
  readonly #words: Words;
  readonly #handlers: CropHandlers;
  readonly #frame: HTMLElement;
  readonly #status = create('p', null, { className: 'unseen', ariaLive: 'polite' });
  /** The region last reported to `onRegion`. */
  #region: Region | null = null;
  #drawn: Region = WHOLE;
  #gesture: Gesture | null = null;
  /** A click has begun it; the next one ends it. */
  #begun: Gesture | null = null;
  #keysRest: ReturnType<typeof setTimeout> | undefined;
  #active = false;

  constructor(words: Words, handlers: CropHandlers) {
    this.#words = words;
    this.#handlers = handlers;
    const corners = CORNERS.map((corner) => {
      const handle = create('span', 'crop-handle', { ariaHidden: 'true' });
      handle.dataset.corner = corner;
      return handle;
    });
    this.#frame = create('div', 'crop-frame', {}, ...corners);
    this.#frame.setAttribute('role', 'application');
    this.#frame.ariaLabel = words.text('cropLabel');
    this.#frame.ariaDescription = words.text('cropHint');
    const shade = create('div', null, { className: 'shade' }, create('div', null));
    this.element = create('div', 'crop', {}, shade, this.#frame, this.#status);
    this.element.addEventListener('pointerdown', this.#onDown);
    this.element.addEventListener('pointermove', this.#onMove);
    this.element.addEventListener('pointerup', this.#onUp);
    this.element.addEventListener('pointercancel', () => this.#giveUp());
    this.#frame.addEventListener('keydown', this.#onKey);
    this.#frame.addEventListener('blur', () => {
      this.#settleKeys();
      // What is pressed instead may turn the photo, or select another region.
      if (this.#begun) this.#giveUp();
    });
    this.active = false;
  }

  /** If false, the frame shows the selected region but cannot be changed. */
  set active(active: boolean) {
    this.#active = active;
    this.element.classList.toggle('active', active);
    this.#frame.tabIndex = active ? 0 : -1;
    if (!active) {
      this.#giveUp();
      this.#settleKeys();
    }
  }

  show(region: Region | null): void {
    if (!isSame(region, this.#region)) this.#status.textContent = '';
    this.#region = region;
    // Do not redraw the frame while the visitor is moving it.
    if (!this.#isMoving && this.#keysRest === undefined) this.#draw(region ?? WHOLE);
  }

  focus(): void {
    this.#frame.focus({ preventScroll: true });
  }

  get #isMoving(): boolean {
    return this.#gesture !== null || this.#begun !== null;
  }

  #draw(region: Region): void {
    this.#drawn = region;
    this.element.classList.toggle('whole', unlessWhole(region) === null);
    setRegion(this.element, region);
  }

  readonly #onDown = (event: PointerEvent): void => {
    if (!this.#active || this.#gesture || event.button !== 0) return;
    this.#settleKeys();
    const from = this.#pointOf(event);
    const start = this.#drawn;
    const least = this.#least();
    const { corner } = (event.target as HTMLElement).dataset;
    const onFrame = event.composedPath().includes(this.#frame) && unlessWhole(start) !== null;
    // After a click, the frame under the pointer is only a preview: a drag draws a new one.
    const isPreview = this.#begun !== null;
    const shaped = (to: Point): Region => {
      if (isPreview) return drawn(from, to, least);
      if (corner) return stretched(start, corner as Corner, to, least);
      if (onFrame) return moved(start, to.x - from.x, to.y - from.y);
      return drawn(from, to, least);
    };
    this.#gesture = {
      pointer: event.pointerId,
      from: { x: event.clientX, y: event.clientY },
      shaped,
    };
    this.element.setPointerCapture(event.pointerId);
    this.#frame.focus({ preventScroll: true });
    event.preventDefault();
  };

  readonly #onMove = (event: PointerEvent): void => {
    const gesture = this.#gesture ?? this.#begun;
    if (!gesture || (this.#gesture && !this.#isDrag(event))) return;
    this.#draw(gesture.shaped(this.#pointOf(event)));
  };

  readonly #onUp = (event: PointerEvent): void => {
    const [gesture, begun] = [this.#gesture, this.#begun];
    if (gesture?.pointer !== event.pointerId) return;
    const isClick = !this.#isDrag(event);
    this.#gesture = null;
    this.#begun = isClick && !begun ? gesture : null;
    // A double click selects nothing.
    if (begun && isClick && isNear(begun.from, event)) {
      this.#draw(this.#region ?? WHOLE);
      return;
    }
    if (isClick) this.#draw((begun ?? gesture).shaped(this.#pointOf(event)));
    if (!this.#begun) this.#tell();
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      if (this.#isMoving) this.#giveUp();
      else if (unlessWhole(this.#drawn) === null) this.#handlers.onLeave();
      else {
        this.#draw(WHOLE);
        this.#tell();
      }
      return;
    }
    if (event.key === 'Enter') this.#settleKeys();
    const by = ARROWS[event.key];
    if (!by || this.#gesture) return;
    // Prevents the page from scrolling.
    event.preventDefault();
    this.#giveUp();
    const next = event.shiftKey
      ? grown(this.#drawn, by.x, by.y, this.#least())
      : moved(this.#drawn, by.x, by.y);
    this.#draw(next);
    clearTimeout(this.#keysRest);
    this.#keysRest = setTimeout(() => this.#settleKeys(), KEYS_REST_MS);
  };

  #settleKeys(): void {
    if (this.#keysRest === undefined) return;
    clearTimeout(this.#keysRest);
    this.#keysRest = undefined;
    this.#tell();
  }

  #tell(): void {
    const region = unlessWhole(this.#drawn);
    if (isSame(region, this.#region)) return;
    this.#region = region;
    this.#status.textContent = region ? this.#words.part(region) : this.#words.text('cropWhole');
    if (this.element.isConnected) this.#handlers.onRegion(region);
  }

  #giveUp(): void {
    if (!this.#isMoving) return;
    this.#gesture = null;
    this.#begun = null;
    this.#draw(this.#region ?? WHOLE);
  }

  #isDrag({ pointerId, clientX, clientY }: PointerEvent): boolean {
    if (this.#gesture?.pointer !== pointerId) return false;
    return !isNear(this.#gesture.from, { clientX, clientY });
  }

  #pointOf({ clientX, clientY }: PointerEvent): Point {
    const { left, top, width, height } = this.element.getBoundingClientRect();
    return { x: (clientX - left) / width, y: (clientY - top) / height };
  }

  #least(): Least {
    const { width, height } = this.element.getBoundingClientRect();
    return { width: Math.min(1, LEAST / width), height: Math.min(1, LEAST / height) };
  }
}

function isNear({ x, y }: Point, { clientX, clientY }: ClientPoint): boolean {
  return Math.hypot(clientX - x, clientY - y) < CLICK;
}

function isSame(a: Region | null, b: Region | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
