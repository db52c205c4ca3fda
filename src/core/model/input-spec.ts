/** How decoded pixels become the model's input: the part of the model contract that preprocessing obeys. */

export interface InputSpec {
  readonly width: number;
  readonly height: number;
  /** `stretch`: the whole photo, its proportions given up */
  readonly resize: 'stretch';
  /**
   * `bilinear-antialias`: a triangle filter whose width grows with the reduction (Pillow's and PyTorch's
   * antialiased bilinear). `nearest`: one source pixel each, chosen as Pillow's `resize(NEAREST)` does.
   */
  readonly filter: 'bilinear-antialias' | 'nearest';
  /** The camera's orientation tag; default `applied`. Decoders obey it, and `icc`; `preprocess` cannot. */
  readonly exif?: 'applied' | 'ignored';
  /** The file's colour profile, by which colours become sRGB; default `applied`. */
  readonly icc?: 'applied' | 'ignored';
  /** What transparent pixels show: white below them (default), or their hidden colour. */
  readonly alpha?: 'over-white' | 'dropped';
  readonly channels: 'RGB' | 'BGR';
  /** Subtracted from 0…255, in the order of `channels`. */
  readonly mean: readonly [number, number, number];
  /** Multiplied after the mean is subtracted. */
  readonly scale: readonly [number, number, number];
}

/** What of it whoever decodes photos obeys. */
export type DecodeSpec = Pick<InputSpec, 'exif' | 'icc'>;

type Preset = Required<Pick<InputSpec, 'filter' | 'exif' | 'icc' | 'alpha'>>;

/** Ways from a photo to pixels. Channel order, mean and scale are the model's own. */
export const PRESETS = {
  /** What a visitor expects: the photo as it is shown. */
  default: { filter: 'bilinear-antialias', exif: 'applied', icc: 'applied', alpha: 'over-white' },
  /** `keras.utils.load_img(path, target_size)` to the bit: vectors agree with an index that Keras made. */
  keras: { filter: 'nearest', exif: 'ignored', icc: 'ignored', alpha: 'dropped' },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof PRESETS;

/** Tells where a field is wrong; does not return. */
export type Refuse = (field: string, expected: string, got: unknown) => never;

export const isCount = (n: unknown): n is number => Number.isInteger(n) && (n as number) > 0;

export function mustBeOneOf(
  bad: Refuse,
  field: string,
  value: unknown,
  allowed: readonly unknown[],
): void {
  if (!allowed.includes(value)) bad(field, allowed.map((a) => `"${a}"`).join(' or '), value);
}

export function checkInput(raw: unknown, bad: Refuse): void {
  const input = (raw ?? {}) as Partial<InputSpec>;
  for (const side of ['width', 'height'] as const) {
    const value = input[side];
    if (!isCount(value) || value < 32 || value > 512) {
      bad(`input.${side}`, 'a whole number from 32 to 512', value);
    }
  }
  mustBeOneOf(bad, 'input.resize', input.resize, ['stretch']);
  mustBeOneOf(bad, 'input.filter', input.filter, ['bilinear-antialias', 'nearest']);
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
