/** The flags about models that several commands share. */
import { SoutuError } from '../../core/errors.ts';
import { PRESETS, type PresetName } from '../../core/model/input-spec.ts';
import { POOLINGS, type Pooling } from '../../core/model/spec.ts';
import { type Parsed, text } from './command.ts';

export const MODEL_OPTIONS = {
  model: { type: 'string' },
  spec: { type: 'string' },
  preset: { type: 'string' },
  pooling: { type: 'string' },
} as const;

/** Follows `--model M` in a command's help. */
export const MODEL_HELP = `\
  --spec FILE       for an .onnx file: its spec (default: the same name with .json)
  --preset P        how photos become pixels: default (antialiased, EXIF, white under alpha), or keras
                    (Pillow's nearest neighbour, no EXIF, no alpha: the pixels that Keras' load_img gives)
  --pooling P       of a stack: max, avg, rmac or rgem (default: the model's own)`;

/** @throws SoutuError `UsageError` for other words */
export function choice<T extends string>(
  parsed: Parsed,
  flag: string,
  allowed: readonly T[],
): T | undefined {
  const given = text(parsed, flag);
  if (given === undefined) return undefined;
  const found = allowed.find((word) => word === given);
  if (found) return found;
  throw new SoutuError(
    'UsageError',
    `--${flag} must be one of ${allowed.join(', ')}, got "${given}".`,
  );
}

/** @throws SoutuError `UsageError` */
export function variantOf(parsed: Parsed): { preset?: PresetName; pooling?: Pooling } {
  const preset = choice(parsed, 'preset', Object.keys(PRESETS) as PresetName[]);
  const pooling = choice(parsed, 'pooling', POOLINGS);
  return { ...(preset ? { preset } : {}), ...(pooling ? { pooling } : {}) };
}
