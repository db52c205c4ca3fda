/** How decoded pixels become the model's input: the part of the model contract for preprocessing. */
import type { QuarterTurns } from '../image/view.ts';

/** A part of the photo, resized on its own. */
export interface ViewSpec {
  /** Share of the photo's width and of its height, around the centre; 1 is the whole photo. */
  readonly window: number;
  /** Default: the input's width and height. */
  readonly width?: number;
  readonly height?: number;
  /** How often the photo is rotated by 90° clockwise first; default 0. */
  readonly turns?: QuarterTurns;
}

export interface InputSpec {
  readonly width: number;
  readonly height: number;
  /**
   * The model embeds each view, adds the unit vectors and normalises the sum. Default: one view, the whole photo at
   * `width` × `height`.
   */
  readonly views?: readonly ViewSpec[];
  /** `stretch`: the whole photo, without keeping its proportions */
  readonly resize: 'stretch';
  /**
   * `bilinear-antialias`: a triangle filter whose width grows with the reduction (Pillow's and PyTorch's
   * antialiased bilinear). `nearest`: one source pixel each, the one that Pillow's `resize(NEAREST)` takes.
   */
  readonly filter: 'bilinear-antialias' | 'nearest';
  /**
   * `box`: a photo with more than twice the pixels of its views, each way, is first averaged over rectangles of whole
   * pixels, once for all views. Default `none`.
   */
  readonly reduce?: 'none' | 'box';
  /** The camera's orientation tag; default `applied`. Decoders apply it, and `icc`; `preprocess` cannot. */
  readonly exif?: 'applied' | 'ignored';
  /** The file's colour profile, used to convert colours to sRGB; default `applied`. */
  readonly icc?: 'applied' | 'ignored';
  /** Transparent pixels are drawn over white (default), or keep their hidden colour. */
  readonly alpha?: 'over-white' | 'dropped';
  readonly channels: 'RGB' | 'BGR';
  /** Subtracted from 0…255, in the order of `channels`. */
  readonly mean: readonly [number, number, number];
  /** Multiplied after the mean is subtracted. */
  readonly scale: readonly [number, number, number];
}

/** The views of a photo with their sizes, in order. */
export function viewsOf({
  width,
  height,
  views = [{ window: 1 }],
}: InputSpec): Required<ViewSpec>[] {
  return views.map((view) => ({ width, height, turns: 0, ...view }));
}

/**
 * Adds the views of the photo rotated by 90°, 180° and 270°: a thing that lies flat is found however it
 * was turned, and embedding takes four times as long.
 */
export function withRotations(input: InputSpec): InputSpec {
  const upright = viewsOf(input).filter(({ turns }) => turns === 0);
  const turned = ([0, 1, 2, 3] as const).flatMap((turns) =>
    upright.map((view) => ({ ...view, turns })),
  );
  return { ...input, views: turned };
}

/** The subset of `InputSpec` that decoders must honour. */
export type DecodeSpec = Pick<InputSpec, 'exif' | 'icc'>;

type Preset = Required<Pick<InputSpec, 'filter' | 'exif' | 'icc' | 'alpha'>>;

/** Ways to turn a photo into pixels. Channel order, mean and scale belong to the model. */
export const PRESETS = {
  /** The photo as a browser displays it. */
  default: { filter: 'bilinear-antialias', exif: 'applied', icc: 'applied', alpha: 'over-white' },
  /** Bit for bit `keras.utils.load_img(path, target_size)`: vectors agree with an index made by Keras. */
  keras: { filter: 'nearest', exif: 'ignored', icc: 'ignored', alpha: 'dropped' },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof PRESETS;

/** Throws an error that names the wrong field. */
export type Refuse = (field: string, expected: string, got: unknown) => never;

export const isCount = (n: unknown): n is number => Number.isInteger(n) && (n as number) > 0;

export function mustBeOneOf(
  bad: Refuse,
  field: string,
  value: unknown,
  allowed: readonly unknown[],
): void {
  if (!allowed.includes(value))
    bad(field, allowed.map((a) => JSON.stringify(a)).join(' or '), value);
}

const MAX_VIEWS = 16;

export function checkInput(raw: unknown, bad: Refuse): void {
  const input = (raw ?? {}) as Partial<InputSpec>;
  checkSides(input, 'input', bad);
  if (input.views !== undefined) checkViews(input.views, bad);
  mustBeOneOf(bad, 'input.resize', input.resize, ['stretch']);
  mustBeOneOf(bad, 'input.filter', input.filter, ['bilinear-antialias', 'nearest']);
  mustBeOneOf(bad, 'input.reduce', input.reduce ?? 'none', ['none', 'box']);
  mustBeOneOf(bad, 'input.exif', input.exif ?? 'applied', ['applied', 'ignored']);
  mustBeOneOf(bad, 'input.icc', input.icc ?? 'applied', ['applied', 'ignored']);
  mustBeOneOf(bad, 'input.alpha', input.alpha ?? 'over-white', ['over-white', 'dropped']);
  mustBeOneOf(bad, 'input.channels', input.channels, ['RGB', 'BGR']);
  for (const field of ['mean', 'scale'] as const) {
    const triple: unknown = input[field];
    if (!Array.isArray(triple) || triple.length !== 3 || !triple.every(Number.isFinite)) {
      bad(`input.${field}`, 'three numbers', triple);
    }
  }
}

function checkSides(
  sized: { readonly width?: unknown; readonly height?: unknown },
  field: string,
  bad: Refuse,
): void {
  for (const side of ['width', 'height'] as const) {
    const value = sized[side];
    if (!isCount(value) || value < 32 || value > 512) {
      bad(`${field}.${side}`, 'a whole number from 32 to 512', value);
    }
  }
}

function checkViews(views: unknown, bad: Refuse): void {
  if (!Array.isArray(views) || views.length === 0 || views.length > MAX_VIEWS) {
    bad('input.views', `a list of 1 to ${MAX_VIEWS} views`, views);
  }
  for (const [i, view] of views.entries()) {
    const { window, width = 32, height = 32, turns = 0 } = (view ?? {}) as Partial<ViewSpec>;
    if (typeof window !== 'number' || !(window > 0 && window <= 1)) {
      bad(`input.views[${i}].window`, 'a number above 0, at most 1', window);
    }
    mustBeOneOf(bad, `input.views[${i}].turns`, turns, [0, 1, 2, 3]);
    checkSides({ width, height }, `input.views[${i}]`, bad);
  }
}
